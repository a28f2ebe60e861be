using Semblance.Imaging.Formats;
using Semblance.Studies.Generating;

namespace Semblance.Studies.Tests.Generating;

public sealed class GenerationNeedsTests
{
    private static readonly string Nowhere = Path.Combine(Path.GetTempPath(), "no", "such", "folder");

    private static readonly long Memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    // Other programs write to the disk meanwhile: half of what is free stays free.
    private static readonly long Disk = new DriveInfo(Path.GetTempPath()).AvailableFreeSpace;

    [Fact]
    public void Memory_that_the_machine_lacks_is_found_before() =>
        Refused(new GenerationNeeds(Memory + 1, 1), "of memory", RemedyKind.DecodeInTiles);

    [Fact]
    public void Disk_that_the_run_folder_lacks_is_found_before() =>
        Refused(new GenerationNeeds(1, 2 * Disk), "of disk", RemedyKind.OtherRunFolder);

    [Fact]
    public void What_fits_passes() => new GenerationNeeds(Memory, Disk / 2).Check("model", Nowhere);

    [Fact]
    public void Memory_of_a_device_is_not_held_against_the_machine_s() =>
        new GenerationNeeds(2 * Memory, Disk / 2, OnDevice: true).Check("model", Nowhere);

    [Theory]
    [InlineData(256, 256)]
    [InlineData(768, 768)]
    [InlineData(1024, 640)]
    public void No_image_takes_more_disk_than_is_said_and_a_grainy_one_takes_a_good_part(int width, int height)
    {
        var size = new ImageSize(width, height);
        // Noise does not compress: nothing makes a larger PNG. Grain of 40 levels is more than photographs have.
        Assert.InRange(PngWriter.Write(Image(size, grain: 128), width, height).Length, Png(0.9), Png(1));
        Assert.InRange(JpegWriter.Write(Image(size, grain: 40), width, height).Length, Jpeg(0.3), Jpeg(1));
        Assert.InRange(JpegWriter.Write(Image(size, grain: 0), width, height).Length, 0, Jpeg(0.3));

        long Png(double share) => (long)(share * GenerationNeeds.DiskOf(size, "png"));
        long Jpeg(double share) => (long)(share * GenerationNeeds.DiskOf(size, "jpg"));
    }

    /// <summary>Soft waves of colour with grain of this many levels to either side.</summary>
    private static byte[] Image(ImageSize size, int grain)
    {
        var random = new Random(1);
        var rgb = new byte[size.Width * size.Height * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (x, y, channel) = (i / 3 % size.Width, i / 3 / size.Width, i % 3);
            var wave = 128 + (80 * Math.Sin((x / 37.0) + channel) * Math.Cos(y / 29.0));
            rgb[i] = (byte)Math.Clamp(wave + random.Next(-grain, grain + 1), 0, 255);
        }

        return rgb;
    }

    private static void Refused(GenerationNeeds needs, string says, RemedyKind helps)
    {
        var fault = Assert.Throws<ResourceException>(() => needs.Check("model", Nowhere));
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.Equal([helps, RemedyKind.Force], fault.Remedies.Select(remedy => remedy.Kind));
    }
}
