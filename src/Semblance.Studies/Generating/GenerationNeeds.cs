using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Hub;

namespace Semblance.Studies.Generating;

/// <summary>What a generation takes of a machine, in bytes.</summary>
/// <param name="Memory">At the worst: the machine's, or that of each device where networks run on others than the processor.</param>
/// <param name="Disk">For all images.</param>
/// <param name="OnDevice">Whether the memory is a device's, of which nothing says how much there is.</param>
public readonly record struct GenerationNeeds(long Memory, long Disk, bool OnDevice = false)
{
    // What an image weighs on disk per pixel, generously: noise does not compress.
    private const double PngBytesPerPixel = 3.1;
    private const double JpegBytesPerPixel = 0.5;

    // What a file holds besides its pixels: the recipe in a PNG, the tables of a JPEG.
    private const double BytesPerImage = 4096;

    /// <summary>Of this many images; nothing for none.</summary>
    public static GenerationNeeds Of(DiffusionPipeline pipeline, ImageSize size, string format, int images)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        return images == 0
            ? default
            : new GenerationNeeds(
                pipeline.MemoryNeeded(size.Height, size.Width),
                images * DiskOf(size, format),
                pipeline.Device.Kind != DeviceKind.Cpu
            );
    }

    /// <summary>What an image takes of a disk, in bytes.</summary>
    internal static long DiskOf(ImageSize size, string format) =>
        (long)(
            BytesPerImage
            + ((double)size.Width * size.Height * (format == "jpg" ? JpegBytesPerPixel : PngBytesPerPixel))
        );

    /// <summary>Says before anything is loaded that the run cannot end well.</summary>
    /// <param name="what">The model and the size, for the message.</param>
    /// <param name="run">The run folder, which need not exist yet.</param>
    /// <exception cref="ResourceException">Too little memory or disk.</exception>
    public void Check(string what, string run)
    {
        var held = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (Memory > held && !OnDevice)
        {
            throw new ResourceException(
                $"{what} needs about {ByteText.Of(Memory)} of memory, and this machine has {ByteText.Of(held)}; make smaller images."
            )
            {
                Remedies = [new Remedy(RemedyKind.DecodeInTiles), new Remedy(RemedyKind.Force)],
            };
        }

        var root = Path.GetFullPath(run);
        while (!Directory.Exists(root) && Path.GetDirectoryName(root) is { } parent)
        {
            root = parent;
        }

        var free = new DriveInfo(root).AvailableFreeSpace;
        if (Disk > free)
        {
            throw new ResourceException(
                $"The images need about {ByteText.Of(Disk)} of disk, and {run} has {ByteText.Of(free)} left; free some."
            )
            {
                Remedies = [new Remedy(RemedyKind.OtherRunFolder), new Remedy(RemedyKind.Force)],
            };
        }
    }
}
