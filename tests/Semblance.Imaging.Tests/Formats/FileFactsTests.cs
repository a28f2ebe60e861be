using NetVips;
using Semblance.Imaging.Formats;

namespace Semblance.Imaging.Tests.Formats;

public sealed class FileFactsTests
{
    [Theory]
    [InlineData(35, 50, 75)]
    [InlineData(80, 17, 95)]
    public void A_jpeg_tells_size_and_quality_without_decoding(int width, int height, int quality)
    {
        var file = Jpeg(width, height, quality);
        var facts = FileFacts.Read(file);
        Assert.Equal(("JPEG", width, height, false), (facts.Format, facts.Width, facts.Height, facts.HasProfile));
        Assert.InRange(facts.Quality!.Value, quality - 1, quality + 1);
        Assert.NotEqual(facts.Tables, FileFacts.Read(Jpeg(width, height, quality - 5)).Tables);
    }

    [Fact]
    public void Profiles_are_seen_in_every_format()
    {
        using var image = Noise(16, 16);
        Assert.True(FileFacts.Read(image.JpegsaveBuffer(profile: "srgb")).HasProfile);
        Assert.True(FileFacts.Read(image.PngsaveBuffer(profile: "srgb")).HasProfile);
        Assert.True(FileFacts.Read(image.WebpsaveBuffer(profile: "srgb")).HasProfile);
        Assert.False(FileFacts.Read(image.PngsaveBuffer()).HasProfile);
        Assert.Equal("Unknown", FileFacts.Read("no image"u8).Format);
    }

    [Fact]
    public void Small_samples_are_means_of_blocks_and_damaged_files_are_refused()
    {
        var file = Jpeg(64, 64, 90);
        var whole = ImageDecoder.Decode(file);
        var small = ImageDecoder.DecodeSmall(file);
        Assert.Equal((8, 8), (small.Width, small.Height));
        var mean = Enumerable.Range(0, 64).Average(i => whole.Samples[(((i / 8) * 64) + (i % 8)) * 3]);
        Assert.InRange(small.Samples[0], mean - 4, mean + 4);
        Assert.Throws<InputException>(() => ImageDecoder.DecodeSmall(file.AsMemory(0, file.Length / 2)));
        Assert.Equal(64, ImageDecoder.DecodeSmall(Noise(64, 64).PngsaveBuffer()).Width);
    }

    [Theory]
    [InlineData(8, 8)]
    [InlineData(9, 16)]
    [InlineData(32, 32)]
    [InlineData(33, 64)]
    [InlineData(100, 64)]
    public void No_more_is_left_out_than_the_side_that_is_asked_for_allows(int side, int width) =>
        Assert.Equal((width, width / 2), Size(ImageDecoder.DecodeSmall(Jpeg(64, 32, 90), side)));

    private static (int Width, int Height) Size(DecodedImage image) => (image.Width, image.Height);

    private static byte[] Jpeg(int width, int height, int quality)
    {
        using var image = Noise(width, height);
        return image.JpegsaveBuffer(q: quality);
    }

    private static NetVips.Image Noise(int width, int height)
    {
        using var plain = NetVips.Image.Gaussnoise(width, height, mean: 128, sigma: 30, seed: 1);
        using var bytes = plain.Cast(Enums.BandFormat.Uchar);
        return bytes.Bandjoin(bytes, bytes).Copy(interpretation: Enums.Interpretation.Srgb);
    }
}
