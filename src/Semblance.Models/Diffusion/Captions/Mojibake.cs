using System.Text;
using System.Text.RegularExpressions;

namespace Semblance.Models.Diffusion.Captions;

/// <summary>
/// Restores UTF-8 that was read in a set of single bytes (<c>â€¦</c> for an ellipsis), as ftfy 6.3's <c>fix_encoding</c>
/// does. Bytes are handled as strings of characters below 256.
/// </summary>
internal static class Mojibake
{
    // UTF-8 in which some program replaced a no-break space by a space.
    private static readonly Regex Tidied = PythonText.Pattern(
        "[\xc2\xc3\xc5\xce\xd0\xd9][ ]"
            + "|[\xe2\xe3][ ][\u0080-\u0084\u0086-\u009f\u00a1-\u00bf]"
            + "|[\xe0-\xe3][\u0080-\u0084\u0086-\u009f\u00a1-\u00bf][ ]"
            + "|\xf0[ ][\u0080-\u00bf][\u0080-\u00bf]"
            + "|\xf0[\u0080-\u00bf][ ][\u0080-\u00bf]"
            + "|\xf0[\u0080-\u00bf][\u0080-\u00bf][ ]"
    );

    // An à that is a word of its own keeps its space, except in the Portuguese words that begin so.
    private static readonly Regex GraveWord = PythonText.Pattern("\xc3 (?! |quele|quela|quilo|s )");

    // Sequences in which a byte is lost.
    private static readonly Regex Lossy = PythonText.Pattern(
        "[\xc2-\xdf]\x1a|[\xc2-\xc3][?]"
            + "|\xed[\xa0-\xaf][\u001a?]\xed[\xb0-\xbf][\u001a?\u0080-\u00bf]"
            + "|\xed[\xa0-\xaf][\u001a?\u0080-\u00bf]\xed[\xb0-\xbf][\u001a?]"
            + "|[\xe0-\xef][\u001a?][\u001a\u0080-\u00bf]|[\xe0-\xef][\u001a\u0080-\u00bf][\u001a?]"
            + "|[\xf0-\xf4][\u001a?][\u001a\u0080-\u00bf][\u001a\u0080-\u00bf]"
            + "|[\xf0-\xf4][\u001a\u0080-\u00bf][\u001a?][\u001a\u0080-\u00bf]"
            + "|[\xf0-\xf4][\u001a\u0080-\u00bf][\u001a\u0080-\u00bf][\u001a?]|\u001a"
    );

    private static readonly Regex Cesu = PythonText.Pattern(
        "\xed([\xa0-\xaf])([\x80-\xbf])\xed([\xb0-\xbf])([\x80-\xbf])"
    );
    private static readonly Regex Half = PythonText.Pattern("\xed[\xa0-\xbf][\x80-\xbf]");
    private static readonly Regex Nul = PythonText.Pattern("\xc0\x80");
    private static readonly Regex Control = PythonText.Pattern("[\x80-\x9f]");
    private static readonly Regex Sequences = MisreadSequences();
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The text, repaired as often as it has been broken.</summary>
    public static string Fix(string text)
    {
        while (true)
        {
            var before = text;
            text = Step(text);
            if (text == before)
            {
                return text;
            }
        }
    }

    /// <summary>C1 control characters read as Windows-1252, which is what they always were.</summary>
    public static string WithoutControls(string text) =>
        Control.Replace(text, match => SingleByteCode.Windows1252.Decode((byte)match.Value[0]).ToString());

    private static string Step(string text)
    {
        if (Ascii.IsValid(text) || !MojibakeSigns.In(text))
        {
            return text;
        }

        foreach (var code in SingleByteCode.All)
        {
            if (code.Encode(text) is { } bytes && Decode(Restored(bytes, code)) is { } repaired)
            {
                return repaired;
            }
        }

        if (Sequences.IsMatch(text))
        {
            var whole = text;
            var repaired = Sequences.Replace(
                text,
                match => match.Length < whole.Length && MojibakeSigns.In(match.Value) ? Fix(match.Value) : match.Value
            );
            if (repaired != text)
            {
                return repaired;
            }
        }

        if (SingleByteCode.Latin1.Encode(text) is { } latin && AsWindows(latin) is { } windows && windows != text)
        {
            return windows;
        }

        return WithoutControls(text);
    }

    private static string Restored(string bytes, SingleByteCode code)
    {
        // In Mac OS Roman, dashes before a space would be taken for such sequences.
        if (code != SingleByteCode.Macintosh && Tidied.IsMatch(bytes))
        {
            bytes = GraveWord.Replace(bytes, "\xc3\xa0 ");
            bytes = Tidied.Replace(bytes, match => match.Value.Replace(' ', '\xa0'));
        }

        return code.IsWindows ? Lossy.Replace(bytes, "\xef\xbf\xbd") : bytes;
    }

    /// <summary>UTF-8, also as Java and old databases wrote it; null if it is not UTF-8.</summary>
    private static string? Decode(string bytes)
    {
        if (bytes.AsSpan().ContainsAny('\xed', '\xc0'))
        {
            bytes = Cesu.Replace(bytes, match => Utf8Of(Pair(match)));
            bytes = Half.Replace(bytes, "\xef\xbf\xbd");
            bytes = Nul.Replace(bytes, "\0");
        }

        try
        {
            return Strict.GetString(Encoding.Latin1.GetBytes(bytes));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? AsWindows(string bytes) =>
        // Bytes that Windows-1252 does not assign.
        bytes.AsSpan().ContainsAny("\u0081\u008d\u008f\u0090\u009d")
            ? null
            : string.Concat(bytes.Select(value => SingleByteCode.Windows1252.Decode((byte)value)));

    /// <summary>The character of a surrogate pair whose halves were each encoded by themselves.</summary>
    private static Rune Pair(Match match)
    {
        int Bits(int group) => match.Groups[group].Value[0] & 0x3F;
        return new Rune((char)(0xD000 | (Bits(1) << 6) | Bits(2)), (char)(0xD000 | (Bits(3) << 6) | Bits(4)));
    }

    private static string Utf8Of(Rune rune)
    {
        Span<byte> bytes = stackalloc byte[4];
        return Encoding.Latin1.GetString(bytes[..rune.EncodeToUtf8(bytes)]);
    }

    /// <summary>
    /// What looks like characters of UTF-8 read in any of the usual sets. A space may have been a no-break space. A
    /// sequence does not start after a character that would belong to it: that is the middle of something larger.
    /// </summary>
    private static Regex MisreadSequences()
    {
        string Of(int first, int last) =>
            Regex
                .Escape(string.Concat(SingleByteCode.LikeLatin1.SelectMany(code => code.Range(first, last)).Distinct()))
                .Replace("]", @"\]", StringComparison.Ordinal)
                .Replace("-", @"\-", StringComparison.Ordinal);
        var continuation = Of(0x80, 0xBF);
        // Dashes, quotation marks, bullets and ellipses stand beside letters for themselves too.
        var strict = string.Concat(continuation.Where(c => !"–—―‘’‚“”„•…".Contains(c, StringComparison.Ordinal)));
        return PythonText.Pattern(
            $"(?<![{strict}])(?:[{Of(0xC2, 0xDF)}][{continuation} ]|[{Of(0xE0, 0xEF)}][{continuation} ]{{2}}"
                + $"|[{Of(0xF0, 0xF0)}{Of(0xF3, 0xF3)}][{continuation} ]{{3}})+"
        );
    }
}
