using System.Buffers.Binary;
using System.Text;
using Semblance.Runs.Folder;

namespace Semblance.Runs.Formats;

/// <summary>
/// What a PNG file says of itself before its picture data: its size, and the texts of its <c>tEXt</c> and plain
/// <c>iTXt</c> chunks by keyword.
/// </summary>
internal sealed record PngText(int Width, int Height, IReadOnlyDictionary<string, string> Texts)
{
    // A prompt is no novel; a length beyond this is damage.
    private const int MaximumChunk = 1 << 24;

    /// <summary>Reads the beginning of a file; null where it is no PNG or is damaged.</summary>
    public static PngText? Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Read(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static PngText? Read(FileStream file)
    {
        Span<byte> head = stackalloc byte[8];
        file.ReadExactly(head);
        if (!head.SequenceEqual(PictureFiles.PngSignature))
        {
            return null;
        }

        (int Width, int Height)? size = null;
        Dictionary<string, string> texts = [];
        while (true)
        {
            file.ReadExactly(head);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            ReadOnlySpan<byte> kind = head[4..];
            if (kind.SequenceEqual("IDAT"u8) || kind.SequenceEqual("IEND"u8))
            {
                return size is { } sides ? new PngText(sides.Width, sides.Height, texts) : null;
            }

            if (length > MaximumChunk)
            {
                return null;
            }

            var body = new byte[length];
            file.ReadExactly(body);
            file.Seek(sizeof(uint), SeekOrigin.Current);
            if (kind.SequenceEqual("IHDR"u8) && length >= 8)
            {
                size = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(4)));
            }
            else if (TextOf(kind, body) is { } text)
            {
                texts.TryAdd(text.Keyword, text.Text);
            }
        }
    }

    private static (string Keyword, string Text)? TextOf(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> body)
    {
        var end = body.IndexOf((byte)0);
        if (end < 1)
        {
            return null;
        }

        var keyword = Encoding.Latin1.GetString(body[..end]);
        var rest = body[(end + 1)..];
        if (kind.SequenceEqual("tEXt"u8))
        {
            return (keyword, Encoding.Latin1.GetString(rest));
        }

        // Two bytes of compression, of which the first says whether there is any; then language and translated keyword.
        if (!kind.SequenceEqual("iTXt"u8) || rest is not [0, _, ..])
        {
            return null;
        }

        rest = rest[2..];
        for (var part = 0; part < 2; part++)
        {
            end = rest.IndexOf((byte)0);
            if (end < 0)
            {
                return null;
            }

            rest = rest[(end + 1)..];
        }

        return (keyword, Encoding.UTF8.GetString(rest));
    }
}
