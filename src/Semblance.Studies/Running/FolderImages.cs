using System.Globalization;
using Semblance.Prompts;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Studies.Files;

namespace Semblance.Studies.Running;

/// <summary>The images of a model that are there already, in a folder or table.</summary>
internal static class FolderImages
{
    /// <summary>Those of the study's prompts and seeds; all of them where the study names none.</summary>
    /// <returns>The images, and how many that were asked for are missing.</returns>
    /// <exception cref="InputException">The folder is not there, holds no images, or those of several models.</exception>
    public static (IReadOnlyList<ImageRow> Rows, int Missing) Read(
        StudyFile study,
        StudyModel model,
        FolderSource source
    )
    {
        if (InputReader.Read([source.Path]) is not ImageInput images)
        {
            throw new InputException(
                $"{source.Path}, the folder of {model.Id}, holds embeddings; a study takes images."
            );
        }

        string[] models = [.. images.Rows.Select(row => row.Model).Distinct()];
        if (models.Length > 1)
        {
            throw new InputException(
                $"{source.Path}, the folder of {model.Id}, holds images of {models.Length} models ({string.Join(", ", models.Take(5))}); name the folder of one."
            );
        }

        if (!File.Exists(images.Rows[0].Path))
        {
            throw new InputException(
                $"{source.Path}, the folder of {model.Id}, is not a folder of image files but holds them inside other files; unpack it first."
            );
        }

        if (study.Prompts.Count == 0)
        {
            return ([.. images.Rows.Select(row => row with { Model = model.Id })], 0);
        }

        var wanted = model.Cells.ToDictionary(cell => cell.Prompt);
        var names = images.Rows.Select(row => row.Prompt).Distinct().ToArray();
        var texts = Match(names, [.. wanted.Keys]);
        if (texts.Count == 0 && model.Suffix is { } suffix)
        {
            // The folders may have the prompts as the study has them, without the suffix that the model got.
            var full = wanted.Keys.ToDictionary(prompt => PromptSuffix.Strip(prompt, [suffix]));
            texts = Match(names, [.. full.Keys]).ToDictionary(text => text.Key, text => full[text.Value]);
        }

        List<ImageRow> rows = [];
        foreach (var row in images.Rows)
        {
            if (
                texts.TryGetValue(row.Prompt, out var prompt)
                && (wanted[prompt].Seeds.Count == 0 || IsOne(wanted[prompt].Seeds, row.Seed))
            )
            {
                rows.Add(row with { Model = model.Id, Prompt = prompt });
            }
        }

        return (rows, Math.Max(0, model.Images - rows.Count));
    }

    private static bool IsOne(IReadOnlyList<long> seeds, string? seed) =>
        long.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && seeds.Contains(number);

    /// <summary>By the name of a folder, the prompt that it is of: by text, by folder name, and by key.</summary>
    private static Dictionary<string, string> Match(IReadOnlyList<string> names, IReadOnlyList<string> prompts)
    {
        var byText = prompts.ToHashSet();
        var byFolder = prompts.ToLookup(SafeName.Of);
        var byKey = prompts.ToLookup(PromptKey.Of);
        var texts = new Dictionary<string, string>();
        foreach (var name in names)
        {
            string[] found =
                byText.Contains(name) ? [name]
                : byFolder.Contains(name) ? [.. byFolder[name]]
                : [.. byKey[PromptKey.Of(name)]];
            if (found.Length == 1)
            {
                texts[name] = found[0];
            }
        }

        return texts;
    }
}
