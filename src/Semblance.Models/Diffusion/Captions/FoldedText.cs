using System.Globalization;
using System.Text;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>
/// Lets patterns see code points as Python's do. Characters beyond the Basic Multilingual Plane, two units to .NET, stand
/// as one each while patterns are applied: digits from U+E000, other letters and numbers from U+E400, the rest (and what
/// is really of the private use area) from U+F000.
/// </summary>
internal sealed class FoldedText
{
    /// <summary>Python's <c>\w</c>, to be put between brackets: letters, all numbers and <c>_</c>, but no combining marks.</summary>
    public const string Word = @"\p{L}\p{N}_\uE000-\uEFFF";

    /// <summary>Python's <c>\d</c>, to be put between brackets.</summary>
    public const string Digit = @"\p{Nd}\uE000-\uE3FF";

    /// <summary>Python's <c>\s</c>, to be put between brackets.</summary>
    public const string Space = @"\s\x1C-\x1F\x85";

    /// <summary>Python's <c>\b</c>.</summary>
    public const string Edge = $"(?:(?<=[{Word}])(?![{Word}])|(?<![{Word}])(?=[{Word}]))";

    private readonly Dictionary<Rune, char> _folded = [];
    private readonly Dictionary<char, Rune> _unfolded = [];
    private readonly int[] _next = [0xE000, 0xE400, 0xF000];
    private static readonly int[] End = [0xE400, 0xF000, 0xF900];

    /// <summary>One unit for each code point; where too many different ones are met, further ones stay as they are.</summary>
    public string Fold(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsBmp && rune.Value is < 0xE000 or > 0xF8FF)
            {
                result.Append((char)rune.Value);
            }
            else if (_folded.TryGetValue(rune, out var known))
            {
                result.Append(known);
            }
            else if (Kind(rune) is var kind && _next[kind] < End[kind])
            {
                var unit = (char)_next[kind]++;
                (_folded[rune], _unfolded[unit]) = (unit, rune);
                result.Append(unit);
            }
            else
            {
                result.Append(rune);
            }
        }
        return result.ToString();
    }

    /// <summary>The text that <see cref="Fold"/> was given, as patterns have left it.</summary>
    public string Unfold(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var unit in text)
        {
            if (_unfolded.TryGetValue(unit, out var rune))
            {
                result.Append(rune);
            }
            else
            {
                result.Append(unit);
            }
        }
        return result.ToString();
    }

    private static int Kind(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber ? 0
        : Rune.IsLetter(rune) || Rune.IsNumber(rune) ? 1
        : 2;
}
