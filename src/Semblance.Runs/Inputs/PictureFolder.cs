using Semblance.Runs.Folder;

namespace Semblance.Runs.Inputs;

/// <summary>
/// The generated pictures of a run folder whose table was lost: <c>images/&lt;model&gt;/&lt;prompt&gt;/&lt;seed&gt;.png</c>.
/// Folders carry safe names; the raw ones are in <c>run.json</c>, and in the PNG files.
/// </summary>
internal static class PictureFolder
{
    /// <summary>A picture by the names that it has; <paramref name="IsKnown"/> where they are no mere names of folders.</summary>
    public readonly record struct Picture(ImageRow Row, bool IsKnown);

    /// <summary>All whole pictures; null where there are none.</summary>
    /// <exception cref="InputException"><c>run.json</c> is damaged.</exception>
    public static ImageInput? Read(RunFolder run)
    {
        var pictures = PicturesOf(run);
        return pictures.Count == 0
            ? null
            : new ImageInput(
                ImageRows.Order(pictures.ConvertAll(picture => picture.Row)),
                pictures.TrueForAll(picture => picture.IsKnown)
            );
    }

    /// <summary>All whole pictures.</summary>
    /// <exception cref="InputException"><c>run.json</c> is damaged.</exception>
    public static List<Picture> PicturesOf(RunFolder run)
    {
        var manifest = Manifest.Read(run);
        var plans = manifest.Plans.ToDictionary(plan => SafeName.Of(plan.Model));
        List<Picture> pictures = [];
        foreach (var model in PictureFiles.ModelFolders(run))
        {
            var plan = plans.GetValueOrDefault(model);
            var prompts = (plan?.Seeds ?? []).ToDictionary(prompt => SafeName.Of(prompt.Key), prompt => prompt.Key);
            foreach (var path in PictureFiles.WholeIn(run, model))
            {
                var folder = Path.GetFileName(Path.GetDirectoryName(path)!);
                if (Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(path)!)) != model)
                {
                    continue;
                }

                var text = prompts.ContainsKey(folder) ? null : PictureText.Read(path);
                var prompt =
                    text is null ? prompts.GetValueOrDefault(folder)
                    : PictureFiles.IsAt(path, text) ? text.Prompt
                    : null;
                var row = new ImageRow(
                    plan?.Model ?? text?.Recipe.Model ?? model,
                    prompt ?? folder,
                    Path.GetFileNameWithoutExtension(path),
                    Path.Combine(run.Path, Path.GetRelativePath(run.FullPath, path))
                );
                pictures.Add(new Picture(row, prompt is not null));
            }
        }

        return pictures;
    }
}
