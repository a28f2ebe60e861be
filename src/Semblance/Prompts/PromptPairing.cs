using System.Globalization;
using Semblance.Wording;

namespace Semblance.Prompts;

/// <summary>The prompts of one model.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Prompts">Raw texts or names of folders, none twice.</param>
/// <param name="Suffixes">Suffixes that are stripped before matching, see <see cref="PromptSuffix"/>.</param>
public sealed record ModelPrompts(string Model, IReadOnlyList<string> Prompts, IReadOnlyList<string> Suffixes)
{
    /// <summary>Prompts that are matched as they are.</summary>
    public ModelPrompts(string model, IReadOnlyList<string> prompts)
        : this(model, prompts, []) { }
}

/// <summary>One prompt that all models have.</summary>
/// <param name="Prompt">The first model's text, without its suffix.</param>
/// <param name="Rows">[models], index into each model's prompts.</param>
/// <param name="ByKey">Whether the texts differ and only their <see cref="PromptKey"/>s are equal.</param>
public sealed record MatchedPrompt(string Prompt, IReadOnlyList<int> Rows, bool ByKey);

/// <summary>A prompt that some other model lacks.</summary>
/// <param name="Model">Index of the model.</param>
/// <param name="Row">Index into its prompts.</param>
public sealed record UnmatchedPrompt(int Model, int Row);

/// <summary>
/// Which prompts of several models belong together. Never by row: suffixes are stripped first, then equal texts are
/// matched, and only what is left is matched by <see cref="PromptKey"/>.
/// </summary>
/// <param name="Models">What was matched.</param>
/// <param name="Matched">Prompts that all models have, in the order of the first model.</param>
/// <param name="Unmatched">The others, by model and row.</param>
public sealed record PromptPairing(
    IReadOnlyList<ModelPrompts> Models,
    IReadOnlyList<MatchedPrompt> Matched,
    IReadOnlyList<UnmatchedPrompt> Unmatched
)
{
    /// <summary>Matches the prompts of two or more models.</summary>
    /// <exception cref="InputException">
    /// Two prompts of one model are the same text without their suffix, or would both be matched by one key.
    /// </exception>
    public static PromptPairing Of(IReadOnlyList<ModelPrompts> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentOutOfRangeException.ThrowIfLessThan(models.Count, 2, nameof(models));
        var texts = models
            .Select(model => model.Prompts.Select(prompt => PromptSuffix.Strip(prompt, model.Suffixes)).ToArray())
            .ToArray();
        var rows = models.Select(model => Enumerable.Range(0, model.Prompts.Count).ToArray()).ToArray();
        var matched = new List<MatchedPrompt>();
        var left = Match(models, texts, rows, text => text, byKey: false, matched);
        left = Match(models, texts, left, PromptKey.Of, byKey: true, matched);
        return new PromptPairing(
            models,
            [.. matched.OrderBy(prompt => prompt.Rows[0])],
            [.. left.SelectMany((ofModel, model) => ofModel.Select(row => new UnmatchedPrompt(model, row)))]
        );
    }

    /// <summary>The prompt as its model has it.</summary>
    public string TextOf(UnmatchedPrompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Models[prompt.Model].Prompts[prompt.Row];
    }

    /// <summary>
    /// Moves what all models have in common from <paramref name="rows"/> to <paramref name="matched"/>, and gives what
    /// is left of each model.
    /// </summary>
    private static int[][] Match(
        IReadOnlyList<ModelPrompts> models,
        string[][] texts,
        int[][] rows,
        Func<string, string> name,
        bool byKey,
        List<MatchedPrompt> matched
    )
    {
        var groups = new Dictionary<string, int[]>(StringComparer.Ordinal);
        var twice = new Dictionary<string, (int Model, int Row)>(StringComparer.Ordinal);
        for (var model = 0; model < rows.Length; model++)
        {
            foreach (var row in rows[model])
            {
                var key = name(texts[model][row]);
                if (!groups.TryGetValue(key, out var group))
                {
                    groups[key] = group = [.. Enumerable.Repeat(-1, models.Count)];
                }

                if (group[model] < 0)
                {
                    group[model] = row;
                }
                else
                {
                    twice.TryAdd(key, (model, row));
                }
            }
        }

        // Two spellings in one model do no harm where no other model has either.
        foreach (var (key, (model, row)) in twice)
        {
            if (!byKey || groups[key].Count(one => one >= 0) > 1)
            {
                throw Twice(models, model, groups[key], row, byKey);
            }
        }

        var whole = groups.Values.Where(group => group.All(row => row >= 0)).ToArray();
        matched.AddRange(whole.Select(group => new MatchedPrompt(texts[0][group[0]], group, byKey)));
        return
        [
            .. rows.Select(
                (ofModel, model) =>
                {
                    var taken = whole.Select(group => group[model]).ToHashSet();
                    return ofModel.Where(row => !taken.Contains(row)).ToArray();
                }
            ),
        ];
    }

    private static InputException Twice(IReadOnlyList<ModelPrompts> models, int model, int[] group, int row, bool byKey)
    {
        var (name, prompts) = (models[model].Model, models[model].Prompts);
        var both = $"{QuotedPrompt.Of(prompts[group[model]])} and {QuotedPrompt.Of(prompts[row])}";
        if (!byKey)
        {
            return prompts[group[model]] == prompts[row]
                ? new InputException($"Model {name} has the prompt {QuotedPrompt.Of(prompts[row])} twice.")
                : new InputException($"The prompts {both} of model {name} are the same text without their suffix.");
        }

        var other = Enumerable.Range(0, models.Count).First(one => one != model && group[one] >= 0);
        return new InputException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The prompts {both} of model {name} would both be matched with {QuotedPrompt.Of(models[other].Prompts[group[other]])} of model {models[other].Model}; give these prompts the same text in both models."
            )
        );
    }
}
