using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Html;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>Character references of HTML, as Python's <c>html</c> reads them. The table of names is AngleSharp's.</summary>
internal static class HtmlEntities
{
    private static readonly Regex Reference = PythonText.Pattern(
        @"&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)"
    );

    /// <summary>What a name without ampersand and semicolon stands for, or null.</summary>
    public static string? Named(string name) => HtmlEntityProvider.Resolver.GetSymbol(name + ";");

    /// <summary>What a number stands for (<c>65</c> or <c>x41</c>); U+FFFD if there is no such code point.</summary>
    public static string Numbered(string digits)
    {
        var parsed = digits[0] is 'x' or 'X'
            ? int.TryParse(digits.AsSpan(1), NumberStyles.AllowHexSpecifier, null, out var code)
            : int.TryParse(digits, NumberStyles.None, null, out code);
        return !parsed || HtmlEntityProvider.IsInvalidNumber(code) ? "\uFFFD"
            : HtmlEntityProvider.GetSymbolFromTable(code) is { } windows1252 ? windows1252
            : HtmlEntityProvider.IsInInvalidRange(code) ? ""
            : char.ConvertFromUtf32(code);
    }

    /// <summary><c>html.unescape</c>: some names may lack the semicolon, even with letters after them.</summary>
    public static string Unescape(string text) => Reference.Replace(text, match => Unescaped(match.Groups[1].Value));

    private static string Unescaped(string reference)
    {
        if (reference[0] == '#')
        {
            return Numbered(reference.Trim('#', ';'));
        }

        for (var length = reference.Length; length > 1; length--)
        {
            if (HtmlEntityProvider.Resolver.GetSymbol(reference[..length]) is { } symbol)
            {
                return symbol + reference[length..];
            }
        }

        return "&" + reference;
    }
}
