using Semblance.Imaging;
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

    private static int EfficientNetSize => BuiltinEncoder.Recipe.Height;

    private static T Never<T>() => throw new InvalidOperationException("taken again");
}
