using CsCheck;
using NetVips;
using Semblance.Imaging.Formats;

namespace Semblance.Imaging.Tests.Formats;

public sealed class PngWriterTests
{
    [Fact]
    public void What_is_written_as_png_is_read_back() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[0, 1000])
            .Sample(
                (width, height, seed) =>
                {
                    var pixels = new byte[width * height * 3];
                    new Random(seed).NextBytes(pixels);
                    var file = PngWriter.Write(
                        pixels,
                        width,
                        height,
                        [new("prompt", "a cat"), new("note", "猫 \u2192")]
                    );
                    using var other = Image.PngloadBuffer(file);
                    return ImageDecoder.Decode(file).Samples.AsSpan().SequenceEqual(pixels)
                        && other.WriteToMemory<byte>().AsSpan().SequenceEqual(pixels)
                        && file.AsSpan().IndexOf("tEXtprompt\0a cat"u8) > 0;
                },
                iter: 50
            );
}
