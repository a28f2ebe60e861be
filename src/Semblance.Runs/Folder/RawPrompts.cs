using Semblance.Runs.Inputs;

namespace Semblance.Runs.Folder;

/// <summary>
/// Gives the generated pictures of a run their models and prompts back where they were scored by the names of their
/// folders, as happens while <c>run.json</c> is lost.
/// </summary>
internal static class RawPrompts
{
    /// <summary>
    /// Mends tables and manifest, as far as pictures and plans know the prompts; most often there is nothing to mend. Names
    /// that a table of the user's gave stay, and so does everything where a table of the run is damaged.
    /// </summary>
    /// <exception cref="ResourceException">The run folder cannot be written.</exception>
    public static void Restore(RunFolder run)
    {
        if (Manifest.Read(run).PromptsAreRaw)
        {
            return;
        }

        var pictures = PictureFolder
            .PicturesOf(run)
            .Where(picture => picture.IsKnown)
            .ToDictionary(picture => ImageTable.PathOf(run, picture.Row.Path), picture => picture.Row);
        if (pictures.Count == 0 || TablesOf(run) is not var (images, scores))
        {
            return;
        }

        var names = images
            .Where(image => pictures.ContainsKey(image.Path) && IsByFolder(image))
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
                    pictures.GetValueOrDefault(image.Path) is { } picture && IsByFolder(image)
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

        HashSet<(string Model, string Prompt)> raw = [.. pictures.Values.Select(row => (row.Model, row.Prompt))];
        if (
            images.Count > 0
            && images.All(image => pictures.ContainsKey(image.Path) && raw.Contains(Renamed(image.Model, image.Prompt)))
            && scores.All(line => raw.Contains(Renamed(line.Set.Model, line.Set.Prompt)))
        )
        {
            Manifest.SayRaw(run, [.. raw.Select(name => name.Model).Distinct()]);
        }

        (string Model, string Prompt) Renamed(string model, string prompt) =>
            names.GetValueOrDefault((model, prompt), (model, prompt));
    }

    /// <summary>Images and scores of the run; null where a table cannot be read, of which the next to write it will warn.</summary>
    private static (IReadOnlyList<ImageRecord> Images, IReadOnlyList<ScoreLine> Scores)? TablesOf(RunFolder run)
    {
        try
        {
            return (ImageTable.Read(run), ScoreTable.Read(run));
        }
        catch (InputException)
        {
            return null;
        }
    }

    /// <summary>Whether an image is called as the folders are that it lies in.</summary>
    private static bool IsByFolder(ImageRecord image)
    {
        var folder = Path.GetDirectoryName(image.Path);
        return image.Prompt == Path.GetFileName(folder)
            && image.Model == Path.GetFileName(Path.GetDirectoryName(folder));
    }
}
