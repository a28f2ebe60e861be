using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Files;

/// <summary>Which models make which prompts with which seeds: all of them, without what is excluded and with what is included.</summary>
internal sealed class StudyMatrix
{
    private readonly List<Selection> _exclude = [];
    private readonly List<Selection> _include = [];

    /// <summary>Part of the cells; what is null selects all.</summary>
    private sealed record Selection(string? Model, string? Prompt, IReadOnlyList<long>? Seeds);

    public static StudyMatrix Read(
        YamlReading reading,
        YamlFields root,
        IReadOnlyList<StudyPrompt> prompts,
        IReadOnlyList<ModelDraft> models
    )
    {
        var matrix = new StudyMatrix();
        if (root.Map("matrix", "the matrix", StudyKeys.Matrix) is { } fields)
        {
            matrix._exclude.AddRange(Selections(reading, fields, "exclude", prompts, models));
            matrix._include.AddRange(Selections(reading, fields, "include", prompts, models));
        }

        return matrix;
    }

    /// <summary>The cells of a model.</summary>
    public IEnumerable<PromptSeeds> Of(string model, IReadOnlyList<StudyPrompt> prompts, IReadOnlyList<long> seeds)
    {
        Selection[] less = [.. _exclude.Where(one => one.Model is null || one.Model == model)];
        Selection[] more = [.. _include.Where(one => one.Model is null || one.Model == model)];
        foreach (var prompt in prompts)
        {
            Selection[] without = [.. less.Where(one => Fits(one, prompt))];
            Selection[] with = [.. more.Where(one => Fits(one, prompt))];
            // Most prompts have all seeds: they share one list.
            var kept =
                without.Length == 0 && with.Length == 0
                    ? seeds
                    :
                    [
                        .. seeds
                            .Where(seed => !without.Any(one => one.Seeds?.Contains(seed) != false))
                            .Union(with.SelectMany(one => one.Seeds ?? seeds)),
                    ];
            if (kept.Count > 0)
            {
                yield return new PromptSeeds(prompt.Text, kept);
            }
        }
    }

    /// <summary>Notes a name that no model has.</summary>
    public static void CheckModel(YamlReading reading, YamlNode at, string name, IReadOnlyList<ModelDraft> models)
    {
        if (!models.Any(model => model.Model.Id == name))
        {
            var near = NearestName.Of(name, models.Select(model => model.Model.Id));
            reading.Fault(at, $"There is no model \"{name}\"{(near is null ? "." : $"; did you mean \"{near}\"?")}");
        }
    }

    private static bool Fits(Selection one, StudyPrompt prompt) =>
        one.Prompt is null || one.Prompt == prompt.Id || one.Prompt == prompt.Text;

    private static IEnumerable<Selection> Selections(
        YamlReading reading,
        YamlFields matrix,
        string list,
        IReadOnlyList<StudyPrompt> prompts,
        IReadOnlyList<ModelDraft> models
    )
    {
        foreach (var item in matrix.List(list))
        {
            if (item is not YamlMappingNode map)
            {
                reading.Fault(item, $"{list} takes fields: model, prompt, seeds.");
                continue;
            }

            var fields = new YamlFields(reading, map, $"a line of {list}", StudyKeys.Selection);
            (var model, var prompt) = (fields.Word("model"), fields.Word("prompt"));
            if (model is not null)
            {
                CheckModel(reading, fields.Value("model")!, model, models);
            }

            if (prompt is not null && !prompts.Any(one => one.Id == prompt || one.Text == prompt))
            {
                var near = NearestName.Of(prompt, prompts.Select(one => one.Id));
                fields.Fault(
                    "prompt",
                    $"There is no prompt \"{prompt}\"{(near is null ? "." : $"; did you mean \"{near}\"?")}"
                );
            }

            yield return new Selection(model, prompt, CellReader.Seeds(fields, "seeds"));
        }
    }
}
