using System.Collections.Frozen;

namespace Semblance.Runs.Inputs;

/// <summary>Finds sets of images in folders; the depth of the images shows the layout.</summary>
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
    public static bool IsImage(string path) =>
        Extensions.Contains(Path.GetExtension(path)) && !FolderListing.IsHidden(path);

    /// <summary>
    /// One folder. Images in it: one set named by the folder, of the model "". Images one level down: one set per
    /// folder, one model named by the folder. Two levels down: models, and in them sets.
    /// </summary>
    /// <returns>How deep the folders of sets are, and what they hold: no rows where there are no images.</returns>
    /// <exception cref="InputException">The folder cannot be read, or its images are at several depths.</exception>
    public static (int Depth, ImageInput Images) Read(string folder)
    {
        var listing = FolderListing.Of(folder, IsImage);
        var found = listing.Files;
        if (found.Count == 0)
        {
            return (0, new ImageInput([], PromptsAreRaw: false) { Bad = listing.Bad });
        }

        int[] depths = [.. found.Select(image => image.Parts.Length).Distinct().Order()];
        if (depths.Length > 1 || depths[0] > 2)
        {
            var examples = depths.Select(depth =>
                $"  {depth} level{(depth == 1 ? "" : "s")} down: {found.First(image => image.Parts.Length == depth).Path}"
            );
            throw new InputException(
                $"{folder} has images at depths that do not form a layout; expected all of them as <model>/<prompt>/<seed>.png, as <prompt>/<seed>.png or in the folder itself:\n"
                    + string.Join('\n', examples)
            );
        }

        var own = NameOf(folder);
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
        ImageRow[] rows =
        [
            .. found.Select(image =>
                image.Parts switch
                {
                    [] => new ImageRow("", own, SeedOf(image.Path), image.Path),
                    [string prompt] => new ImageRow(own, prompt, SeedOf(image.Path), image.Path),
                    [string model, string prompt, ..] => new ImageRow(model, prompt, SeedOf(image.Path), image.Path),
                }
            ),
        ];
        return (
            depths[0],
            new ImageInput(rows, PromptsAreRaw: false)
            {
                Bad = listing.Bad,
                Empty = listing.Empty(depths[0], "holds no images"),
            }
        );
    }

    /// <summary>Name of a folder, also where it is given as <c>.</c> or with a separator at its end.</summary>
    public static string NameOf(string folder) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
