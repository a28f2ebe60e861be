using System.Text.RegularExpressions;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>Functions of Python's <c>str</c> where those of .NET differ at the edges.</summary>
internal static class PythonText
{
    private const string Cased = @"[\p{Lu}\p{Ll}\p{Lt}]";
    private const string Ignorable = @"[\p{Mn}\p{Me}\p{Cf}\p{Lm}\p{Sk}'.:\u00B7\u0387\u2018\u2019\u2024\u2027]*";

    // Final_Sigma of the Unicode Standard, section 3.13, as far as the Basic Multilingual Plane goes.
    private static readonly Regex FinalSigma = Pattern($"(?<={Cased}{Ignorable})\u03A3(?!{Ignorable}{Cased})");

    // That of .NET, and the information separators.
    private static readonly char[] Space =
    [
        .. Enumerable.Range(0, char.MaxValue).Select(c => (char)c).Where(char.IsWhiteSpace),
        .. "\u001C\u001D\u001E\u001F",
    ];

    /// <summary>A pattern that gives up after two seconds.</summary>
    public static Regex Pattern(string pattern) => new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(2));

    /// <summary>As Python's <c>str.strip</c> without arguments does.</summary>
    public static string Strip(string text) => text.Trim(Space);

    /// <summary><c>str.lower</c>: a capital sigma at the end of a word becomes a final one, and İ becomes two characters.</summary>
    public static string Lower(string text) =>
        FinalSigma.Replace(text.Replace("\u0130", "i\u0307", StringComparison.Ordinal), "\u03C2").ToLowerInvariant();
}
