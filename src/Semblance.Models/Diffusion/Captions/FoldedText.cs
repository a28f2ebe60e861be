using System.Globalization;
using System.Text.RegularExpressions;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>
/// Lets patterns see code points, as Python's do. A character outside the Basic Multilingual Plane is two units in .NET.
/// While patterns are applied, one unit of the private use area stands for it: digits from U+E000, other letters and
/// numbers from U+E400, the rest (and real private use characters) from U+F000.
/// </summary>
internal sealed class FoldedText
{
    /// <summary>Python's <c>\w</c>, to be put between brackets: letters, all numbers and <c>_</c>, but no combining marks.</summary>
    public const string Word = @"\p{L}\p{N}_\uE000-\uEFFF";

    /// <summary>Python's <c>\d</c>, to be put between brackets.</summary>
    public const string Digit = @"\p{Nd}\uE000-\uE3FF";

    /// <summary>Python's <c>\s</c>, to be put between brackets.</summary>
    public const string Space = @"\s\x1C-\x1F\x85";

    /// <summary>What Python's <c>\b</c> matches: the edge of a word.</summary>
    public const string Edge = $"(?:(?<=[{Word}])(?![{Word}])|(?<![{Word}])(?=[{Word}]))";

    private const int Room = 0x400;

    private static readonly Regex Foldable = PythonText.Pattern(@"[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uE000-\uF8FF]");
    private static readonly Regex Unit = PythonText.Pattern(@"[\uE000-\uF8FF]");

    private readonly Dictionary<string, string> _folded = [];
    private readonly Dictionary<string, string> _unfolded = [];

    /// <summary>One unit for each code point. After 1,024 different ones, further ones stay as they are.</summary>
    public string Fold(string text) => Foldable.Replace(text, match => Folded(match.Value));

    /// <summary>The text that <see cref="Fold"/> was given, as patterns have left it.</summary>
    public string Unfold(string text) =>
        Unit.Replace(text, match => _unfolded.GetValueOrDefault(match.Value, match.Value));

    private string Folded(string character)
    {
        if (_folded.TryGetValue(character, out var known))
        {
            return known;
        }

        if (_folded.Count == Room)
        {
            return character;
        }

        var unit = ((char)(First(character) + _folded.Count)).ToString();
        _unfolded[unit] = character;
        return _folded[character] = unit;
    }

    private static int First(string character) =>
        CharUnicodeInfo.GetUnicodeCategory(character, 0) switch
        {
            UnicodeCategory.DecimalDigitNumber => 0xE000,
            <= UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => 0xE400,
            _ => 0xF000,
        };
}
