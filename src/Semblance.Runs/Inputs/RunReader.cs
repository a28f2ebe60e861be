using Semblance.Consistency;
using Semblance.Runs.Folder;
using Semblance.Runs.Sharding;

namespace Semblance.Runs.Inputs;

/// <summary>
/// A run folder as input: the images that its stages have seen, and those that <c>generate</c> had made and not yet noted
/// when it was killed.
/// </summary>
internal static class RunReader
{
    public static ImageInput Read(string path, IReadOnlyList<FolderElsewhere>? elsewhere = null)
    {
        var run = new RunFolder(path) { Mirror = elsewhere?.FirstOrDefault(one => one.IsAt(path)) };
        var images = ImageTable.Read(run);
        var manifest = ShardRecords.AddTo(run, run.ReadManifest());
        var (unnoted, strange) = Unnoted(run, manifest, [.. images.Select(image => image.Path)]);
        ImageRow[] rows =
        [
            .. images.Select(image => new ImageRow(
                image.Model,
                image.Prompt,
                image.Seed,
                Path.Combine(path, image.Path)
            )),
            .. unnoted,
        ];
        if (rows.Length == 0)
        {
            throw new InputException(
                ImageFiles.Any(run)
                    ? $"The run folder {path} has lost its {ImageTable.FileName}; generate again with the same options, which writes it again and makes no image twice, or score {Path.Combine(path, ImageFiles.Folder)} as a folder of images."
                    : $"The run folder {path} holds no images yet; generate some, or score folders of images into it."
            );
        }

        rows = ContainedRows.Find(rows);
        return rows.Any(row => File.Exists(row.FilePath) || run.Mirror?.HoldsPath(row.FilePath) == true)
            ? new ImageInput(rows, manifest.PromptsAreRaw) { Empty = strange }
            : throw new InputException(
                $"All {rows.Length} images of the run folder {path} are gone, for example {images[0].Path}."
            );
    }

    private static (List<ImageRow> Rows, List<SkippedFile> Strange) Unnoted(
        RunFolder run,
        Manifest manifest,
        HashSet<string> noted
    )
    {
        List<ImageRow> rows = [];
        List<SkippedFile> strange = [];
        var prompts = manifest
            .Plans.SelectMany(plan => plan.Prompts.Select(prompt => (plan.Model, prompt.Prompt)))
            .DistinctBy(set => ImageFiles.FolderOf(set.Model, set.Prompt))
            .ToDictionary(set => ImageFiles.FolderOf(set.Model, set.Prompt));
        foreach (var file in ImageFiles.All(run).Where(file => !noted.Contains(file) && ImageNames.IsImage(file)))
        {
            var shown = Path.Combine(run.Path, file);
            var isPlanned = prompts.TryGetValue(file[..file.LastIndexOf('/')], out var set);
            if (isPlanned && ImageFiles.IsThere(run, file))
            {
                rows.Add(new ImageRow(set.Model, set.Prompt, Path.GetFileNameWithoutExtension(file), shown));
            }
            else
            {
                strange.Add(
                    new SkippedFile(
                        shown,
                        isPlanned
                            ? "is not a whole image"
                            : $"is neither in {ImageTable.FileName} nor planned in the run"
                    )
                );
            }
        }

        return (rows, strange);
    }
}
