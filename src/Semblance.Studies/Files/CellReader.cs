using Semblance.Runs.Folder;
using Semblance.Studies.Generating;
using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Files;

/// <summary>Which prompts each model gets with which seeds.</summary>
internal static class CellReader
{
    /// <summary>Seeds as a text of ranges or as a list; null where they are not given.</summary>
    public static IReadOnlyList<long>? Seeds(YamlFields fields, string name)
    {
        if (fields.Value(name) is not { } value)
        {
            return null;
        }

        var text = value is YamlSequenceNode list
            ? string.Join(',', list.Children.Select(item => item.ToString()))
            : fields.Text(name);
        try
        {
            return text is null ? null : SeedList.Parse(text);
        }
        catch (UsageException fault)
        {
            fields.Fault(name, fault.Message);
            return null;
        }
    }

    public static void CheckIds(YamlReading reading, ModelDraft[] drafts)
    {
        foreach (
            var same in drafts
                .GroupBy(draft => SafeName.Of(draft.Model.Id), StringComparer.OrdinalIgnoreCase)
                .Where(same => same.Skip(1).Any())
        )
        {
            var other = same.ElementAt(1);
            reading.Fault(
                other.Fields.At("id"),
                same.First().Model.Id == other.Model.Id
                    ? $"Two models have the id \"{other.Model.Id}\" (the first in line {same.First().Fields.At("id").Start.Line}); give one another id."
                    : $"The ids \"{same.First().Model.Id}\" and \"{other.Model.Id}\" would share a folder; give one another id."
            );
        }
    }

    public static StudyModel Cells(
        YamlReading reading,
        ModelDraft draft,
        List<StudyPrompt> prompts,
        IReadOnlyList<long>? seeds,
        StudyMatrix selections,
        YamlFields root
    )
    {
        var model = draft.Model;
        if (draft.Repetitions is { } count && draft.Fields.Has("seeds"))
        {
            draft.Fields.Fault("seeds", $"{model.Id} has no seeds; its images are counted by repetitions.");
        }

        var own =
            Seeds(draft.Fields, "seeds") ?? seeds ?? (draft.PresetSeeds is { } preset ? SeedList.Parse(preset) : null);
        var all = draft.Repetitions is { } repetitions
            ? [.. Enumerable.Range(1, repetitions).Select(nth => (long)nth)]
            : own ?? [];
        if (model.Source is not FolderSource)
        {
            if (prompts.Count == 0)
            {
                root.Fault("prompts", "The study has no prompts; give a list, or { file: prompts.txt }.");
            }

            if (all.Count == 0 && !draft.Fields.Has("seeds") && !root.Has("seeds"))
            {
                root.Fault("seeds", "The study has no seeds; write for example seeds: 1..20.");
            }
        }

        var cells = selections
            .Of(model.Id, prompts, all)
            .Select(cell => cell with { Prompt = WithSuffix(cell.Prompt, model.Suffix) })
            .ToArray();
        if (draft.Takes?.Seeds is { } range && draft.Repetitions is null)
        {
            long[] wrong =
            [
                .. cells
                    .SelectMany(cell => cell.Seeds)
                    .Where(seed => seed < range.First || seed > range.Last)
                    .Distinct()
                    .Take(3),
            ];
            if (wrong.Length > 0)
            {
                var zero = range.First == 1 && wrong.Contains(0) ? ", where 0 stands for a random seed" : "";
                reading.Fault(
                    draft.Fields.Has("seeds") ? draft.Fields.At("seeds") : root.At("seeds"),
                    $"{model.Id} cannot take the seed {wrong[0]}: {draft.Fields.Word("backend")} takes {range.First} to {range.Last}{zero}. Write for example seeds: 1..20."
                );
            }
        }

        return model with
        {
            Cells = cells,
        };
    }

    /// <summary>The prompt as the model gets it: what a comparison takes off again.</summary>
    public static string WithSuffix(string prompt, string? suffix) =>
        suffix is null ? prompt
        : char.IsPunctuation(suffix[0]) ? prompt + suffix
        : $"{prompt} {suffix}";
}
