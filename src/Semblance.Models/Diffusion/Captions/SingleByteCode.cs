using System.Text;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>
/// A character set of 256, as text was once stored in and is still read in by mistake. Bytes without a character stand
/// for the control characters of their number.
/// </summary>
internal sealed class SingleByteCode
{
    private const int Latin1Page = 28591;

    // Stands for a character that was lost.
    private const int Substitute = 0x1A;

    private readonly string _characters;

    private SingleByteCode(int codePage)
    {
        var encoding =
            codePage == Latin1Page
                ? Encoding.Latin1
                : CodePagesEncodingProvider.Instance.GetEncoding(codePage)
                    ?? throw new InvalidOperationException($"The code page {codePage} is missing.");
        IsWindows = codePage is >= 1250 and <= 1257;
        _characters = string.Concat(
            Enumerable.Range(0, 256).Select(value => Character(value, encoding.GetString([(byte)value])[0]))
        );
    }

    /// <summary>Windows-1252, the code page of Western Europe.</summary>
    public static SingleByteCode Windows1252 { get; } = new(1252);

    public static SingleByteCode Latin1 { get; } = new(Latin1Page);

    /// <summary>Mac OS Roman, code page 10000.</summary>
    public static SingleByteCode Macintosh { get; } = new(10000);

    /// <summary>Those that UTF-8 is most often misread in, the likeliest first; all agree with Latin-1 on much.</summary>
    public static IReadOnlyList<SingleByteCode> LikeLatin1 { get; } =
    [Latin1, Windows1252, new(1251), new(1250), new(1253), new(1254), new(1257)];

    /// <summary>All that are tried, in this order.</summary>
    public static IReadOnlyList<SingleByteCode> All { get; } = [.. LikeLatin1, new(28592), Macintosh, new(437)];

    /// <summary>Whether it is one of Windows.</summary>
    public bool IsWindows { get; }

    /// <summary>The character of a byte.</summary>
    public char Decode(byte value) => _characters[value];

    /// <summary>The characters of all bytes from one to another.</summary>
    public string Range(int first, int last) => _characters[first..(last + 1)];

    /// <summary>The bytes of a text, each as a character below 256; null where the set does not have all its characters.</summary>
    public string? Encode(string text) =>
        text.All(_characters.Contains) ? string.Concat(text.Select(c => (char)_characters.IndexOf(c))) : null;

    private char Character(int value, char character) =>
        character switch
        {
            // What the framework maps to private use is not assigned.
            >= '\uF8F0' and < '\uF8FF' => (char)value,
            // Apple's table has the letter, not the ohm sign.
            '\u2126' => '\u03A9',
            _ => IsWindows && value == Substitute ? '\uFFFD' : character,
        };
}
