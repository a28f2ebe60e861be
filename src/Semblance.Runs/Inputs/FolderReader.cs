using Semblance.Consistency;
using Semblance.Runs.Folder;

namespace Semblance.Runs.Inputs;

/// <summary>Finds sets of images in folders; the depth of the images shows the layout.</summary>
internal static class FolderReader
{
    /// <summary>
    /// One folder. Images in it: one set named by the folder, of the model "". Images one level down: one set per
    /// folder, one model named by the folder. Two levels down: models, and in them sets.
    /// </summary>
    /// <returns>How deep the folders of sets are, and what they hold: no rows where there are no images.</returns>
    /// <exception cref="InputException">The folder cannot be read, or its images are at several depths.</exception>
    /// <param name="folder">The folder.</param>
    /// <param name="isFlat">Whether folders do not count: all images are one set, at whatever depth.</param>
    public static (int Depth, ImageInput Images) Read(string folder, bool isFlat)
    {
        var listing = FolderListing.Of(folder, ImageNames.IsImage);
        var (depth, rows) = Arrange(folder, NameOf(folder), isFlat ? Flat(listing.Files) : listing.Files);
        var others = Others(listing.Others);
        var empty = listing.Empty(rows.Count == 0 || isFlat ? -1 : depth, "holds no images");
        return (depth, others with { Rows = rows, Bad = listing.Bad, Empty = [.. empty, .. others.Empty] });
    }

    /// <summary>The same of a folder whose images are elsewhere.</summary>
    public static (int Depth, ImageInput Images) Read(FolderElsewhere folder, bool isFlat)
    {
        (string[] Parts, string Path)[] found =
        [
            .. folder
                .All()
                .Where(InputReader.IsImage)
                .Select(name => (name.Split('/')[..^1], Path.Combine(folder.Folder, name))),
        ];
        var (depth, rows) = Arrange(folder.Folder, NameOf(folder.Folder), isFlat ? Flat(found) : found);
        return (depth, new ImageInput(rows, PromptsAreRaw: false));
    }

    /// <summary>Models, prompts and seeds of images by how deep they are.</summary>
    /// <param name="place">Where they are, for messages.</param>
    /// <param name="own">The name of that place.</param>
    /// <param name="found">The images, each with the names of the folders between.</param>
    /// <exception cref="InputException">They are at several depths, or deeper than two levels.</exception>
    public static (int Depth, IReadOnlyList<ImageRow> Rows) Arrange(
        string place,
        string own,
        IReadOnlyList<(string[] Parts, string Path)> found
    )
    {
        int[] depths = [.. found.Select(image => image.Parts.Length).Distinct().Order()];
        if (depths.Length > 1 || depths is [> 2])
        {
            var examples = depths.Select(depth =>
                $"  {depth} level{(depth == 1 ? "" : "s")} down: {found.First(image => image.Parts.Length == depth).Path}"
            );
            throw new InputException([
                $"{place} has images at depths that do not form a layout; expected all of them as <model>/<prompt>/<seed>.png, as <prompt>/<seed>.png or in the folder itself:",
                .. examples,
            ]);
        }

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
        return (depths.FirstOrDefault(), rows);
    }

    /// <summary>The same images as if they were in one folder.</summary>
    public static IReadOnlyList<(string[] Parts, string Path)> Flat(
        IReadOnlyList<(string[] Parts, string Path)> found
    ) => [.. found.Select(image => (Array.Empty<string>(), image.Path))];

    /// <summary>What is beside the images: files that look like pictures are named, others counted.</summary>
    public static ImageInput Others(IReadOnlyList<string> files)
    {
        SkippedFile[] pictures =
        [
            .. files
                .Select(file => (Path: file, Fault: ImageNames.FaultOf(file)))
                .Where(file => file.Fault is not null)
                .Select(file => new SkippedFile(file.Path, file.Fault!)),
        ];
        return new ImageInput([], PromptsAreRaw: false)
        {
            Empty = pictures,
            Ignored = files
                .Where(file => ImageNames.FaultOf(file) is null)
                .CountBy(file => Path.GetExtension(file).ToLowerInvariant())
                .ToDictionary(),
        };
    }

    /// <summary>Name of a folder, also where it is given as <c>.</c> or with a separator at its end.</summary>
    public static string NameOf(string folder) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
