using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Runs;

/// <summary>
/// File and folder names made from models and prompts: letters, digits, space, <c>-</c>, <c>_</c> and <c>.</c> are
/// kept, anything else becomes <c>_</c>, the name is cut to 100 UTF-8 bytes, and where anything was changed, or another
/// text could differ from this one in case alone, <c>-</c> and 8 hexadecimal digits of the text's sha256 follow, so that
/// two texts never share a folder, also where file systems ignore case.
/// </summary>
public static class SafeName
{
    private const int MaxBytes = 100;

    private static readonly SearchValues<string> Devices = SearchValues.Create(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(1, 9).SelectMany(i => (string[])[$"COM{i}", $"LPT{i}"])],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>The name for <paramref name="text"/>, legal on Windows, macOS and Linux.</summary>
    public static string Of(string text)
    {
        StringBuilder kept = new(text.Length);
        int bytes = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            Rune next = Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '-' or '_' or '.' ? rune : new Rune('_');
            bytes += next.Utf8SequenceLength;
            if (bytes > MaxBytes)
            {
                break;
            }

            kept.Append(next);
        }

        // Windows drops dots and spaces at the end of a name, hidden files begin with a dot, and a device name is a
        // device with any extension.
        string name = kept.ToString().Trim(' ').TrimEnd('.', ' ');
        if (name.StartsWith('.') || name.Length == 0)
        {
            name = "_" + name.TrimStart('.');
        }

        if (IsDevice(name))
        {
            name = "_" + name;
        }

        return string.Equals(name, text, StringComparison.Ordinal) && IsFolded(name)
            ? name
            : $"{name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4))}";
    }

    // Windows compares names in upper case. Of all texts that are one there, this holds for one at most.
    private static bool IsFolded(string name) =>
        string.Equals(name.ToUpperInvariant().ToLowerInvariant(), name, StringComparison.Ordinal);

    private static bool IsDevice(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return Devices.Contains((dot < 0 ? name : name[..dot]).TrimEnd(' '));
    }
}
