using System.Text;
using System.Text.Unicode;
using Semblance.Tensors;

namespace Semblance.Runs.Formats;

/// <summary>
/// Text in UTF-8, or in the encoding that its byte order mark names. What cannot be decoded is refused: replacement
/// characters would quietly make other prompts.
/// </summary>
internal static class UnicodeText
{
    private const int BufferSize = 1 << 16;

    /// <summary>What may stand at the end of a text or line and says nothing: white space, the sign that CP/M and DOS end files with, zeros.</summary>
    public static char[] Padding { get; } = [' ', '\t', '\r', '\n', '\u00a0', '\u001a', '\0'];

    /// <summary>Encodings that a byte order mark announces; UTF-32 before UTF-16, since its little-endian mark begins with that of UTF-16.</summary>
    private static readonly Encoding[] Marked =
    [
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true),
        new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true),
        new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
        new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
    ];

    /// <summary>How files of other kinds begin that are given the extension of a text.</summary>
    private static readonly (byte[] Start, string What)[] NoTexts =
    [
        ([.. "PK\u0003\u0004"u8], "an Excel workbook or a zip archive; save the table as \"CSV UTF-8\""),
        ([0x1f, 0x8b], "compressed with gzip; decompress it first, or let its name end in .gz"),
        ([.. "PAR1"u8], "a Parquet file; give its name the extension .parquet"),
        ([0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook; save the table as \"CSV UTF-8\""),
    ];

    /// <summary>The encoding of bytes that begin like this, which raises <see cref="DecoderFallbackException"/>.</summary>
    public static Encoding Of(ReadOnlySpan<byte> start)
    {
        foreach (var marked in Marked)
        {
            if (start.StartsWith(marked.Preamble))
            {
                return marked;
            }
        }

        return Marked[0];
    }

    /// <summary>The encoding of a table that begins like this: without a byte order mark, a zero byte beside the first letter shows UTF-16.</summary>
    private static Encoding OfTable(ReadOnlySpan<byte> start) =>
        start switch
        {
            [not 0, 0, not 0, 0] => new UnicodeEncoding(false, byteOrderMark: false, throwOnInvalidBytes: true),
            [0, not 0, 0, not 0] => new UnicodeEncoding(true, byteOrderMark: false, throwOnInvalidBytes: true),
            _ => Of(start),
        };

    /// <summary>Whether it is the encoding of text without a byte order mark.</summary>
    public static bool IsUtf8(Encoding encoding) => ReferenceEquals(encoding, Marked[0]);

    /// <summary>Reads a text file from its start, without its byte order mark.</summary>
    /// <exception cref="InputException">It is a file of another kind, or bytes cannot be decoded; the message names the line.</exception>
    public static T Read<T>(string path, Func<TextReader, T> read)
    {
        var encoding = Marked[0];
        try
        {
            Span<byte> start = stackalloc byte[ForeignFile.StartBytes];
            using (var begin = CompressedFile.OpenRead(path))
            {
                start = start[..begin.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            }

            foreach ((var known, var what) in NoTexts)
            {
                if (start.StartsWith(known))
                {
                    throw new InputException($"{path} is not text but {what}.");
                }
            }

            if (ForeignFile.Of(start) is { } other)
            {
                throw new InputException($"{path} {other}.");
            }

            encoding = OfTable(start[..Math.Min(start.Length, 4)]);
            using var stream = CompressedFile.OpenRead(path);
            using var text = new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: false, BufferSize);
            return read(text);
        }
        catch (DecoderFallbackException error)
        {
            throw Undecodable(path, encoding, error);
        }
    }

    private static InputException Undecodable(string path, Encoding encoding, DecoderFallbackException error)
    {
        if (!IsUtf8(encoding))
        {
            return new InputException(
                $"{path} begins as {encoding.WebName} text and does not go on so; save it as \"CSV UTF-8\".",
                error
            );
        }

        var line = 0;
        using var lines = new StreamReader(CompressedFile.OpenRead(path), Encoding.Latin1);
        try
        {
            while (TextLines.Next(lines, line + 1) is { } text)
            {
                line++;
                if (!Utf8.IsValid(Encoding.Latin1.GetBytes(text)))
                {
                    break;
                }
            }
        }
        catch (FormatException)
        {
            // Longer than any line is; the bytes are somewhere in it.
            line++;
        }

        return new InputException(
            $"{path}, line {line}: the bytes are not UTF-8 text (Windows-1252 or Latin-1?); save it as \"CSV UTF-8\", or convert it with iconv.",
            error
        );
    }
}
