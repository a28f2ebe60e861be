using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Hub;

namespace Semblance.Cli.Commands;

/// <summary>What a generation takes of a machine.</summary>
/// <param name="Memory">At the worst, in bytes.</param>
/// <param name="Disk">For all pictures, in bytes.</param>
internal readonly record struct GenerationNeeds(long Memory, long Disk)
{
    // What a picture weighs on disk per pixel, generously: noise does not compress.
    private const double PngBytesPerPixel = 3.1;
    private const double JpegBytesPerPixel = 0.5;

    // What a file holds besides its pixels: the recipe in a PNG, the tables of a JPEG.
    private const double BytesPerPicture = 4096;

    /// <summary>Of so many pictures; none need nothing.</summary>
    public static GenerationNeeds Of(DiffusionPipeline pipeline, PictureSize size, string format, int pictures) =>
        pictures == 0
            ? default
            : new GenerationNeeds(
                pipeline.MemoryNeeded(size.Height, size.Width),
                (long)(
                    pictures
                    * (
                        BytesPerPicture
                        + ((double)size.Width * size.Height * (format == "jpg" ? JpegBytesPerPixel : PngBytesPerPixel))
                    )
                )
            );

    /// <summary>Says before anything is loaded that the run cannot end well.</summary>
    /// <param name="what">The model and the size, for the message.</param>
    /// <param name="run">The run folder, which need not exist yet.</param>
    /// <exception cref="ResourceException">Too little memory or disk.</exception>
    public void Check(string what, string run)
    {
        var held = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (Memory > held)
        {
            throw new ResourceException(
                $"{what} needs about {ByteText.Of(Memory)} of memory, and this machine has {ByteText.Of(held)}; make smaller pictures, decode in tiles (--tiled), or try all the same with --force."
            );
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
                $"The pictures need about {ByteText.Of(Disk)} of disk, and {run} has {ByteText.Of(free)} left; free some, give another --run, or try all the same with --force."
            );
        }
    }
}
