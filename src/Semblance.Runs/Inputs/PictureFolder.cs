using Semblance.Runs.Storage;

namespace Semblance.Runs.Inputs;

/// <summary>
/// The generated pictures of a run folder whose table was lost: <c>images/&lt;model&gt;/&lt;prompt&gt;/&lt;seed&gt;.png</c>.
/// Folders carry safe names; the raw ones are in <c>run.json</c>, and in the PNG files.
/// </summary>
internal static class PictureFolder
{
    /// <summary>All whole pictures; null where there are none.</summary>
    /// <exception cref="InputException"><c>run.json</c> is damaged.</exception>
    public static ImageInput? Read(RunFolder run)
    {
        Manifest manifest = Manifest.Read(run);
        Dictionary<string, ModelPlan> plans = manifest.Plans.ToDictionary(plan => SafeName.Of(plan.Model));
        bool raw = true;
        List<ImageRow> rows = [];
        foreach (string model in PictureFiles.ModelFolders(run))
        {
            ModelPlan? plan = plans.GetValueOrDefault(model);
            Dictionary<string, string> prompts = (plan?.Seeds ?? []).ToDictionary(
                prompt => SafeName.Of(prompt.Key),
                prompt => prompt.Key
            );
            foreach (string path in PictureFiles.WholeIn(run, model))
            {
                string folder = Path.GetFileName(Path.GetDirectoryName(path)!);
                if (Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(path)!)) != model)
                {
                    continue;
                }

                PictureText? text = prompts.ContainsKey(folder) ? null : PictureText.Read(path);
                string? prompt =
                    text is null ? prompts.GetValueOrDefault(folder)
                    : PictureFiles.IsAt(path, text) ? text.Prompt
                    : null;
                raw &= prompt is not null;
                rows.Add(
                    new ImageRow(
                        plan?.Model ?? text?.Recipe.Model ?? model,
                        prompt ?? folder,
                        Path.GetFileNameWithoutExtension(path),
                        Path.Combine(run.Path, Path.GetRelativePath(run.FullPath, path))
                    )
                );
            }
        }

        return rows.Count == 0 ? null : new ImageInput(ImageRows.Order(rows), raw);
    }
}
