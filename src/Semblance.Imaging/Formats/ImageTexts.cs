using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Semblance.Imaging.Formats;

/// <summary>
/// What programs write into image files beside the pixels: the texts of a PNG by their keywords, and from the EXIF block
/// of a JPEG or WebP the comment (as <c>parameters</c>, where AUTOMATIC1111's program keeps them) and texts that begin
/// with a keyword (<c>prompt:</c>, as ComfyUI writes them). The pixels are not read.
/// </summary>
public static class ImageTexts
{
    /// <summary>The most that one text may hold, in bytes.</summary>
    private const int Longest = 16 << 20;

    private const int UserComment = 0x9286;
    private const int ExifDirectory = 0x8769;

    /// <summary>Reads the texts; none where there are none, or where the file is damaged or of another format.</summary>
    /// <param name="file">At its beginning; has to know positions.</param>
    public static IReadOnlyDictionary<string, string> Read(Stream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var head = Take(file, 12);
            switch (ImageFormats.Sniff(head))
            {
                case ImageFormat.PNG:
                    file.Position = 8;
                    ReadPng(file, texts);
                    break;
                case ImageFormat.JPEG:
                    file.Position = 2;
                    ReadJpeg(file, texts);
                    break;
                case ImageFormat.WebP:
                    ReadWebP(file, texts);
                    break;
            }
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException)
        {
            // What was found until then; whether the image can be read is another question.
        }

        return texts;
    }

    private static void ReadPng(Stream file, Dictionary<string, string> texts)
    {
        while (file.Position + 12 <= file.Length)
        {
            var head = Take(file, 8);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            var end = file.Position + length + 4;
            var kind = Encoding.ASCII.GetString(head, 4, 4);
            if (kind == "IEND")
            {
                return;
            }

            if (kind is "tEXt" or "zTXt" or "iTXt" && length <= Longest && end <= file.Length)
            {
                AddPng(kind, Take(file, (int)length), texts);
            }
            else if (kind == "eXIf" && length <= Longest && end <= file.Length)
            {
                AddExif(Take(file, (int)length), texts);
            }

            file.Position = end;
        }
    }

    private static void AddPng(string kind, byte[] body, Dictionary<string, string> texts)
    {
        var name = Array.IndexOf(body, (byte)0);
        if (name < 0)
        {
            return;
        }

        var rest = body.AsMemory(name + 1);
        var isPacked = kind == "zTXt";
        var encoding = Encoding.Latin1;
        if (kind == "zTXt")
        {
            rest = rest[Math.Min(1, rest.Length)..];
        }
        else if (kind == "iTXt")
        {
            // Packed or not, how, then the language and the translated keyword.
            isPacked = rest.Length > 0 && rest.Span[0] == 1;
            rest = rest[Math.Min(2, rest.Length)..];
            for (var texted = 0; texted < 2; texted++)
            {
                rest = rest[(rest.Span.IndexOf((byte)0) + 1)..];
            }

            encoding = Encoding.UTF8;
        }

        var bytes = isPacked ? Unpack(rest) : rest.ToArray();
        // Some programs write UTF-8 where the standard has Latin-1.
        var text = kind != "iTXt" && IsUtf8(bytes) ? Encoding.UTF8.GetString(bytes) : encoding.GetString(bytes);
        texts.TryAdd(Encoding.Latin1.GetString(body, 0, name), text);
    }

    private static byte[] Unpack(ReadOnlyMemory<byte> packed)
    {
        using var zlib = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        var text = new byte[Longest];
        var length = zlib.ReadAtLeast(text, Longest, throwOnEndOfStream: false);
        return text[..length];
    }

    private static void ReadJpeg(Stream file, Dictionary<string, string> texts)
    {
        while (file.Position + 4 <= file.Length)
        {
            var head = Take(file, 4);
            var length = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2));
            if (head[0] != 0xFF || head[1] == 0xDA || length < 2)
            {
                return;
            }

            var end = file.Position + length - 2;
            if (head[1] == 0xE1)
            {
                var body = Take(file, length - 2);
                if (body.AsSpan().StartsWith("Exif\0\0"u8))
                {
                    AddExif(body[6..], texts);
                }
            }

            file.Position = end;
        }
    }

    private static void ReadWebP(Stream file, Dictionary<string, string> texts)
    {
        while (file.Position + 8 <= file.Length)
        {
            var head = Take(file, 8);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
            var end = file.Position + length + (length & 1);
            if (head.AsSpan().StartsWith("EXIF"u8) && length <= Longest)
            {
                var body = Take(file, (int)length);
                AddExif(body.AsSpan().StartsWith("Exif\0\0"u8) ? body[6..] : body, texts);
            }

            file.Position = end;
        }
    }

    private static void AddExif(byte[] exif, Dictionary<string, string> texts)
    {
        foreach (var value in TiffTags.Texts(exif))
        {
            var colon = value.IndexOf(':', StringComparison.Ordinal);
            if (colon is > 0 and < 40)
            {
                texts.TryAdd(value[..colon], value[(colon + 1)..]);
            }
        }

        if (
            TiffTags.Read(exif, ExifDirectory) is { } directory
            && TiffTags.Bytes(exif, UserComment, directory) is { Length: > 8 } comment
        )
        {
            // The first eight bytes name the encoding.
            var isWide = comment.AsSpan().StartsWith("UNICODE"u8);
            var body = comment.AsSpan(8);
            // Wide text has no byte order of its own; text that people write has its zeros in the high bytes.
            var isBigEndian = isWide && body.Length > 1 && body[0] == 0;
            var encoding =
                !isWide ? Encoding.UTF8
                : isBigEndian ? Encoding.BigEndianUnicode
                : Encoding.Unicode;
            texts.TryAdd("parameters", encoding.GetString(body).TrimEnd('\0'));
        }
    }

    private static bool IsUtf8(byte[] bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    private static byte[] Take(Stream file, int length)
    {
        var bytes = new byte[length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
