using Semblance.Runs.Inputs;

namespace Semblance.Runs.Storage;

/// <summary>
/// Gives the generated pictures of a run their models and prompts back where they were scored by the names of their
/// folders, as happens while <c>run.json</c> is lost.
/// </summary>
internal static class RawPrompts
{
    /// <summary>Mends tables and manifest, as far as pictures and plans know the prompts; most often there is nothing to mend.</summary>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public static void Restore(RunFolder run)
    {
        if (Manifest.Read(run).PromptsAreRaw || PictureFolder.Read(run) is not { } found)
        {
            return;
        }

        Dictionary<string, ImageRow> pictures = found.Rows.ToDictionary(row => ImageTable.PathOf(run, row.Path));
        IReadOnlyList<ImageRecord> images = ImageTable.Read(run);
        Dictionary<(string Model, string Prompt), (string Model, string Prompt)> names = images
            .Where(image => pictures.ContainsKey(image.Path))
            .DistinctBy(image => (image.Model, image.Prompt))
            .ToDictionary(
                image => (image.Model, image.Prompt),
                image => (pictures[image.Path].Model, pictures[image.Path].Prompt)
            );
        // What was renamed before the manifest says so is found again if the process ends in between.
        if (names.Any(name => name.Key != name.Value))
        {
            ImageTable.Rename(
                run,
                image =>
                    pictures.GetValueOrDefault(image.Path) is { } picture
                        ? image with
                        {
                            Model = picture.Model,
                            Prompt = picture.Prompt,
                            Seed = picture.Seed,
                        }
                        : image
            );
            ScoreTable.Rename(run, names);
        }

        if (found.PromptsAreRaw && images.All(image => pictures.ContainsKey(image.Path)))
        {
            Manifest.SayRaw(run, [.. found.Rows.Select(row => row.Model).Distinct()]);
        }
    }
}
