using System.Text;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>
/// A character set of 256, as text was once stored in and is still read in by mistake. Bytes without a character stand
/// for the control characters of their number.
/// </summary>
internal sealed class SingleByteCode
{
    private readonly char[] _characters = new char[256];
    private readonly Dictionary<char, byte> _bytes = [];

    private SingleByteCode(int codePage, bool windows)
    {
        var encoding =
            codePage == Latin1Page
                ? Encoding.Latin1
                : CodePagesEncodingProvider.Instance.GetEncoding(codePage)
                    ?? throw new InvalidOperationException($"The code page {codePage} is missing.");
        IsWindows = windows;
        for (var value = 0; value < 256; value++)
        {
            var character = encoding.GetString([(byte)value])[0];
            _characters[value] =
                // What the framework maps to private use is not assigned.
                character is >= '\uF8F0' and < '\uF8FF'
                    ? (char)value
                // Apple's table has the letter, not the ohm sign.
                : codePage == MacintoshPage && character == '\u2126' ? '\u03A9'
                // A lost character is kept as the control character SUBSTITUTE.
                : windows && value == Substitute ? '\uFFFD'
                : character;
            _bytes[_characters[value]] = (byte)value;
        }
    }

    /// <summary>Stands for a character that was lost.</summary>
    public const int Substitute = 0x1A;

    private const int Latin1Page = 28591;
    private const int MacintoshPage = 10000;

    /// <summary>Western Europe on Windows.</summary>
    public static SingleByteCode Windows1252 { get; } = new(1252, windows: true);

    /// <summary>ISO 8859-1.</summary>
    public static SingleByteCode Latin1 { get; } = new(Latin1Page, windows: false);

    /// <summary>Mac OS Roman.</summary>
    public static SingleByteCode Macintosh { get; } = new(MacintoshPage, windows: false);

    /// <summary>Those that UTF-8 is most often misread in, the likeliest first; all agree with Latin-1 on much.</summary>
    public static IReadOnlyList<SingleByteCode> LikeLatin1 { get; } =
    [
        Latin1,
        Windows1252,
        new(1251, windows: true),
        new(1250, windows: true),
        new(1253, windows: true),
        new(1254, windows: true),
        new(1257, windows: true),
    ];

    /// <summary>All that are tried, in this order.</summary>
    public static IReadOnlyList<SingleByteCode> All { get; } =
    [.. LikeLatin1, new(28592, windows: false), Macintosh, new(437, windows: false)];

    /// <summary>Whether it is one of Windows.</summary>
    public bool IsWindows { get; }

    /// <summary>The character of a byte.</summary>
    public char Decode(byte value) => _characters[value];

    /// <summary>The characters of all bytes from one to another.</summary>
    public string Range(int first, int last) => new(_characters, first, last - first + 1);

    /// <summary>The bytes of a text, each as a character below 256; null where the set does not have all its characters.</summary>
    public string? Encode(string text)
    {
        var bytes = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (!_bytes.TryGetValue(character, out var value))
            {
                return null;
            }
            bytes.Append((char)value);
        }
        return bytes.ToString();
    }
}
