using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Semblance.Imaging.Thumbnails;
using Semblance.Runs.Folder;

namespace Semblance.Reports.Images;

/// <summary>Makes sheets of thumbnails, and keeps them in the run folder's cache.</summary>
internal static class SheetMaker
{
    /// <summary>Part of the name of a kept sheet: another way of making them needs another number.</summary>
    private const string Version = "2";

    /// <summary>The sheets of several sets at once.</summary>
    /// <param name="run">Where the images are, and where sheets are kept.</param>
    /// <param name="sets">The images of each sheet, in their order; at least one each.</param>
    /// <param name="side">Width and height of a thumbnail, in pixels.</param>
    /// <param name="format">Of the sheets.</param>
    /// <param name="threads">0 for all cores; also when to end.</param>
    public static IReadOnlyList<Sheet> Make(
        RunFolder run,
        IReadOnlyList<IReadOnlyList<ImageRecord>> sets,
        int side,
        SheetFormat format,
        Threads threads
    )
    {
        var sheets = new Sheet[sets.Count];
        threads.Run(
            sets.Count,
            i => sheets[i] = One(run, string.Create(CultureInfo.InvariantCulture, $"t{i}"), sets[i], side, format)
        );
        return sheets;
    }

    private static Sheet One(RunFolder run, string id, IReadOnlyList<ImageRecord> images, int side, SheetFormat format)
    {
        var kept = KeptAs(run, images, side, format);
        if (Read(kept) is { } bytes)
        {
            return new Sheet(
                id,
                format,
                bytes,
                side,
                Cells(images, _ => true),
                [.. images.Select(image => image.Path)]
            );
        }

        byte[]?[] files = [.. images.Select(run.ReadImage)];
        bytes = ThumbnailSheet.Write(files, side, format, out var shown);
        if (Array.TrueForAll(shown, one => one))
        {
            Keep(kept, bytes);
        }

        return new Sheet(
            id,
            format,
            bytes,
            side,
            Cells(images, i => shown[i]),
            [.. images.Select(image => image.Path)]
        );
    }

    private static Dictionary<string, int> Cells(IReadOnlyList<ImageRecord> images, Func<int, bool> isShown)
    {
        var cells = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < images.Count; i++)
        {
            if (isShown(i))
            {
                cells.TryAdd(images[i].Path, i);
            }
        }

        return cells;
    }

    /// <summary>Named by the content of the images, so that another image in the place of one is noticed once it is scored.</summary>
    private static string KeptAs(RunFolder run, IReadOnlyList<ImageRecord> images, int side, SheetFormat format)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Version} {format} {side}\n");
        foreach (var image in images)
        {
            text.Append(image.Sha256 ?? Path.GetFullPath(run.PathOf(image))).Append('\n');
        }

        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 12));
        return Path.Combine(run.Path, ".cache", "thumbnails", name);
    }

    private static byte[]? Read(string path)
    {
        try
        {
            return File.Exists(path) ? RegularFile.ReadAllBytes(path, RegularFile.MostOfImage) : null;
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            return null;
        }
    }

    /// <summary>A run folder that cannot be written to still has a report.</summary>
    private static void Keep(string path, byte[] bytes)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetRandomFileName()}.tmp");
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            // The next report makes it again.
        }
    }
}
