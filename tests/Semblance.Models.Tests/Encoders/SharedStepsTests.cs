using Semblance.Imaging;
using Semblance.Imaging.Formats;
using Semblance.Models.Catalog;
using Semblance.Models.Encoders;
using Semblance.Models.Encoders.Preprocessing;

namespace Semblance.Models.Tests.Encoders;

/// <summary>Encoders decode a file once, and resize it once for one geometry.</summary>
public sealed class SharedStepsTests
{
    [Fact]
    public void A_second_encoder_finds_the_image_decoded_and_resized()
    {
        using var place = new TemporaryFolder();
        TestImage.Write(7, place.At("a.png"));
        using var encoder = EncoderCatalog.Open(EncoderCatalog.Builtin);
        var alone = new float[encoder.InputLength];
        encoder.Prepare(File.ReadAllBytes(place.At("a.png")), alone);

        var file = new ImageFile(File.ReadAllBytes(place.At("a.png")));
        var shared = new float[encoder.InputLength];
        encoder.PrepareWithRemarks(file, shared);
        Assert.Equal(alone, shared);

        // What another encoder of the same limits, and of another scaling, asks for.
        var other = PreprocessingRecipe.Hf(EfficientNetSize);
        Assert.NotNull(file.Once<DecodedImage>(new ImageLimits(), Never<DecodedImage>));
        Assert.NotNull(file.Once<byte[]>((new ImageLimits(), other.Geometry), Never<byte[]>));
        Assert.Throws<InvalidOperationException>(() =>
            file.Once<byte[]>((new ImageLimits(), PreprocessingRecipe.Siglip(EfficientNetSize).Geometry), Never<byte[]>)
        );
    }

    /// <summary>Of an image that needs no resize the pixels are its samples, which lie in an array that others had before.</summary>
    [Fact]
    public void What_lay_in_the_memory_before_does_not_count()
    {
        const int Size = 64;
        using var place = new TemporaryFolder();
        place.Write("no network is loaded", "own.onnx");
        place.Write(
            $$"""{"input":"x","output":"y","dimension":3,"preprocessing":"siglip","size":{{Size}}}""",
            "own.json"
        );
        using var encoder = EncoderCatalog.Open(place.At("own.onnx"));
        for (var seed = 1; seed < 4; seed++)
        {
            var content = File.ReadAllBytes(TestImage.Write(seed, place.At($"{seed}.png")));
            using var file = new ImageFile(content);
            var pixels = new float[encoder.InputLength];
            encoder.PrepareWithRemarks(file, pixels);
            var samples = file.Once<DecodedImage>(new ImageLimits(), Never<DecodedImage>).Samples;
            Assert.True(samples.Length > pixels.Length);
            Assert.Same(
                samples,
                file.Once<byte[]>((new ImageLimits(), PreprocessingRecipe.Siglip(Size).Geometry), Never<byte[]>)
            );
            var expected = new float[encoder.InputLength];
            Preprocessor.Prepare(ImageDecoder.Decode(content), PreprocessingRecipe.Siglip(Size), expected);
            Assert.Equal(expected, pixels);
        }
    }

    private static int EfficientNetSize => BuiltinEncoder.Recipe.Height;

    private static T Never<T>() => throw new InvalidOperationException("taken again");
}
