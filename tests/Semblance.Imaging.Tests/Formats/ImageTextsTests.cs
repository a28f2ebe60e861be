using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Semblance.Imaging.Formats;

namespace Semblance.Imaging.Tests.Formats;

public sealed class ImageTextsTests
{
    private static IReadOnlyDictionary<string, string> Read(byte[] file) => ImageTexts.Read(new MemoryStream(file));

    [Fact]
    public void Texts_that_we_write_are_read_back()
    {
        KeyValuePair<string, string>[] texts = [new("prompt", "a fox"), new("model", "été 🦊"), new("seed", "7")];
        Assert.Equal(
            texts,
            Read(PngWriter.Write(new byte[3], 1, 1, texts)).OrderBy(text => Array.IndexOf(texts, text))
        );
    }

    [Fact]
    public void Every_kind_of_png_text_is_read_behind_the_pixels_too()
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write("a long text"u8);
        }

        byte[] file =
        [
            .. PngWriter.Write(new byte[3], 1, 1)[..^12],
            .. Chunk("tEXt", [.. "latin\0caf"u8, 0xE9]),
            .. Chunk("tEXt", [.. "utf8\0"u8, .. "café"u8]),
            .. Chunk("zTXt", [.. "packed\0\0"u8, .. packed.ToArray()]),
            .. Chunk("iTXt", [.. "wide\0\0\0en\0w\0"u8, .. "日本"u8]),
            .. Chunk("iTXt", [.. "both\0\u0001\0\0\0"u8, .. packed.ToArray()]),
            .. Chunk("tEXt", [.. "latin\0second"u8]),
            .. Chunk("tEXt", [.. "nothing"u8]),
            .. Chunk("IEND", []),
        ];
        var texts = Read(file);
        Assert.Equal(
            [("both", "a long text"), ("latin", "café"), ("packed", "a long text"), ("utf8", "café"), ("wide", "日本")],
            texts.OrderBy(text => text.Key, StringComparer.Ordinal).Select(text => (text.Key, text.Value))
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_exif_comment_of_jpeg_and_webp_are_the_parameters(bool isBigEndian)
    {
        const string text = "a fox 🦊\nSteps: 20, Seed: 5, Model: m";
        var encoding = isBigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode;
        byte[] comment = [.. "UNICODE\0"u8, .. encoding.GetBytes(text)];
        var exif = Exif(comment);
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xE1, .. Big16(exif.Length + 8), .. "Exif\0\0"u8, .. exif, 0xFF, 0xDA, 0, 2];
        Assert.Equal(text, Read(jpeg)["parameters"]);
        byte[] webp = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPEXIF"u8, .. BitConverter.GetBytes(exif.Length), .. exif];
        Assert.Equal(text, Read(webp)["parameters"]);
        Assert.Equal("{}", Read(webp)["prompt"]);
    }

    [Fact]
    public void Damaged_files_and_other_formats_give_what_there_is()
    {
        Assert.Empty(Read([]));
        Assert.Empty(Read("GIF89a and more than that"u8.ToArray()));
        var file = PngWriter.Write(new byte[3], 1, 1, [new("prompt", "a fox"), new("seed", "7")]);
        for (var length = 0; length < file.Length; length++)
        {
            Assert.InRange(Read(file[..length]).Count, 0, 2);
        }
    }

    // A little-endian EXIF block: a model `prompt:{}` as ComfyUI writes it, and the comment in its directory.
    private static byte[] Exif(byte[] comment)
    {
        const int model = 38;
        const int directory = 50;
        var block = new byte[directory + 18 + comment.Length];
        "II*\0\u0008\0\0\0\u0002\0"u8.CopyTo(block);
        Entry(block.AsSpan(10), 0x0110, 2, 10, model);
        Entry(block.AsSpan(22), 0x8769, 4, 1, directory);
        "prompt:{}\0"u8.CopyTo(block.AsSpan(model));
        block[directory] = 1;
        Entry(block.AsSpan(directory + 2), 0x9286, 7, comment.Length, directory + 18);
        comment.CopyTo(block, directory + 18);
        return block;
    }

    private static void Entry(Span<byte> place, ushort tag, ushort type, int count, int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(place, tag);
        BinaryPrimitives.WriteUInt16LittleEndian(place[2..], type);
        BinaryPrimitives.WriteInt32LittleEndian(place[4..], count);
        BinaryPrimitives.WriteInt32LittleEndian(place[8..], value);
    }

    private static byte[] Big16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Chunk(string kind, byte[] body) =>
        [0, 0, .. Big16(body.Length), .. Encoding.ASCII.GetBytes(kind), .. body, 0, 0, 0, 0];
}
