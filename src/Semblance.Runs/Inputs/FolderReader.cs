using System.Collections.Frozen;

namespace Semblance.Runs.Inputs;

/// <summary>Finds sets of images in folders; the layout is told from how deep the images lie.</summary>
internal static class FolderReader
{
    private static readonly FrozenSet<string> Extensions = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".webp",
        ".gif",
        ".bmp",
        ".tif",
        ".tiff",
        ".avif",
        ".heic",
        ".heif",
        ".jxl",
        ".jp2"
    );

    /// <summary>Whether the name looks like an image's; the content is judged by the decoder.</summary>
    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path)) && !IsHidden(path);

    /// <summary>
    /// One folder. Images in it: one set named by the folder, of the model "". Images one level down: one set per
    /// folder, one model named by the folder. Two levels down: models, and in them sets.
    /// </summary>
    /// <returns>No rows where the folder holds no images.</returns>
    public static (int Depth, List<ImageRow> Rows) Read(string folder)
    {
        List<(string[] Parts, string Path)> found = Find(folder, IsImage);
        if (found.Count == 0)
        {
            return (0, []);
        }

        int[] depths = [.. found.Select(image => image.Parts.Length).Distinct().Order()];
        if (depths.Length > 1 || depths[0] > 2)
        {
            IEnumerable<string> examples = depths.Select(depth =>
                $"  {depth} level{(depth == 1 ? "" : "s")} down: {found.First(image => image.Parts.Length == depth).Path}"
            );
            throw new InputException(
                $"{folder} has images at depths that are no layout; expected all of them as <model>/<prompt>/<seed>.png, as <prompt>/<seed>.png or in the folder itself:\n"
                    + string.Join('\n', examples)
            );
        }

        string own = NameOf(folder);
        HashSet<string> shared =
        [
            .. found
                .GroupBy(image => Path.ChangeExtension(image.Path, null))
                .Where(same => same.Skip(1).Any())
                .Select(same => same.Key),
        ];
        // 1.png and 1.jpg in one folder are two images: then the extension belongs to the seed.
        string SeedOf(string path) =>
            shared.Contains(Path.ChangeExtension(path, null))
                ? Path.GetFileName(path)
                : Path.GetFileNameWithoutExtension(path);
        return (
            depths[0],
            [
                .. found.Select(image =>
                    image.Parts switch
                    {
                        [] => new ImageRow("", own, SeedOf(image.Path), image.Path),
                        [string prompt] => new ImageRow(own, prompt, SeedOf(image.Path), image.Path),
                        [string model, string prompt, ..] => new ImageRow(
                            model,
                            prompt,
                            SeedOf(image.Path),
                            image.Path
                        ),
                    }
                ),
            ]
        );
    }

    /// <summary>The files of a folder that are wanted, each with the names of the folders between.</summary>
    public static List<(string[] Parts, string Path)> Find(string folder, Predicate<string> wanted)
    {
        List<(string[] Parts, string Path)> found = [];
        try
        {
            Walk(folder, [], wanted, found);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder} {SourceFile.FaultOf(error)}.", error);
        }

        return found;
    }

    /// <summary>Name of a folder, also where it is given as <c>.</c> or with a separator at its end.</summary>
    public static string NameOf(string folder) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    private static void Walk(
        string folder,
        string[] parts,
        Predicate<string> wanted,
        List<(string[] Parts, string Path)> found
    )
    {
        foreach (string file in Directory.EnumerateFiles(folder).Where(file => wanted(file) && !IsHidden(file)))
        {
            found.Add((parts, file));
        }

        // Layouts end two levels down; a few more are looked at so that the message can name what lies deeper.
        if (parts.Length == 4)
        {
            return;
        }

        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            // A run folder among the images (the default is ./semblance-run) is output, not input.
            if (!IsHidden(child) && !RunFolder.IsRun(child))
            {
                Walk(child, [.. parts, Path.GetFileName(child)], wanted, found);
            }
        }
    }

    private static bool IsHidden(string path) =>
        Path.GetFileName(path) is ['.', ..] or "__MACOSX" or "@eaDir" or "lost+found";
}
