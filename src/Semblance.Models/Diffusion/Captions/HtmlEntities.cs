using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>Character references of HTML, as Python's <c>html</c> reads them.</summary>
internal static class HtmlEntities
{
    private const int LongestName = 32;

    // Code points that 0x80 to 0x9F stand for, since so many pages mean Windows-1252 by them.
    private const string Windows =
        "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F"
        + "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    private static readonly Lazy<(Dictionary<string, string> Texts, HashSet<string> Bare)> Table = new(Load);

    private static readonly Regex Reference = new(
        @"&(?<name>#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(10)
    );

    /// <summary>What a name without ampersand and semicolon stands for, or null.</summary>
    public static string? Find(string name) => Table.Value.Texts.GetValueOrDefault(name);

    /// <summary><c>html.unescape</c>: names may lack the semicolon where HTML allows it, even with letters after them.</summary>
    public static string Unescape(string text) =>
        text.Contains('&', StringComparison.Ordinal)
            ? Reference.Replace(text, match => Unescaped(match.Groups["name"].Value))
            : text;

    private static string Unescaped(string reference)
    {
        if (reference[0] == '#')
        {
            return Numbered(reference[1..].TrimEnd(';'));
        }
        var (texts, bare) = Table.Value;
        if (reference[^1] == ';' && texts.TryGetValue(reference[..^1], out var closed))
        {
            return closed;
        }
        for (var length = Math.Min(reference.Length, LongestName); length > 1; length--)
        {
            if (bare.Contains(reference[..length]))
            {
                return texts[reference[..length]] + reference[length..];
            }
        }
        return "&" + reference;
    }

    private static string Numbered(string digits)
    {
        var hexadecimal = digits[0] is 'x' or 'X';
        var parsed = hexadecimal
            ? int.TryParse(digits.AsSpan(1), NumberStyles.AllowHexSpecifier, null, out var code)
            : int.TryParse(digits, NumberStyles.None, null, out code);
        return !parsed || code is < 0 or 0 or > 0x10FFFF || (code is >= 0xD800 and <= 0xDFFF) ? "\uFFFD"
            : code == 0x0D ? "\r"
            : code is >= 0x80 and <= 0x9F ? Windows[code - 0x80].ToString()
            : IsInvalid(code) ? ""
            : new Rune(code).ToString();
    }

    /// <summary>Control characters and code points that are no characters.</summary>
    private static bool IsInvalid(int code) =>
        code is < 0x09 or 0x0B or (>= 0x0E and < 0x20) or 0x7F or (>= 0xFDD0 and <= 0xFDEF)
        || (code & 0xFFFE) == 0xFFFE;

    private static (Dictionary<string, string>, HashSet<string>) Load()
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream("Semblance.Models.entities.txt")
            ?? throw new InvalidOperationException("The character references are missing from the assembly.");
        using var reader = new StreamReader(stream);
        var (texts, bare) = (new Dictionary<string, string>(), new HashSet<string>());
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }
            var parts = line.Split(' ');
            var name = parts[0].TrimEnd('?');
            texts[name] = string.Concat(parts[1..].Select(part => new Rune(Convert.ToInt32(part, 16)).ToString()));
            if (parts[0].EndsWith('?'))
            {
                bare.Add(name);
            }
        }
        return (texts, bare);
    }
}
