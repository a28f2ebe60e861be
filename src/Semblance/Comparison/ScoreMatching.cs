using Semblance.Prompts;
using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Comparison;

/// <summary>How the scores of several models are to be paired.</summary>
public sealed record MatchOptions
{
    /// <summary>Suffixes to strip from a model's prompts before matching, as <c>MODEL=TEXT</c>, such as <c>LoRA=in the style of TOK</c>.</summary>
    public IReadOnlyList<string> StripSuffixes { get; init; } = [];

    /// <summary>Whether to compare what matches and list the rest, instead of refusing.</summary>
    public bool AllowUnmatched { get; init; }

    /// <summary>Only these models, in this order; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Which prompts go together; null where each is its own unit.</summary>
    public PromptClusters? Clusters { get; init; }

    /// <summary>Sets of the input that have no score, since they have fewer than two usable images: model and prompt.</summary>
    public IReadOnlyList<(string Model, string Prompt)> Unscored { get; init; } = [];
}

/// <summary>Puts the scores of several models side by side: paired by prompt, never by row.</summary>
public static class ScoreMatching
{
    /// <summary>More models than this are a mistake, such as prompts in the column of models.</summary>
    public const int MostModels = 1000;

    private const int Named = 10;

    /// <summary>Pairs the scores by prompt (<see cref="PromptPairing"/>).</summary>
    /// <param name="scores">In any order; models keep the order in which they first come.</param>
    /// <param name="options">Suffixes, models, and whether prompts may be left over; defaults where null.</param>
    /// <exception cref="InputException">
    /// No scores, one model, more than 1,000, a score that is not a number from 0 to 100, a prompt twice, two prompts that would
    /// match the same one, unmatched prompts that were not allowed, or no prompt in common.
    /// </exception>
    /// <exception cref="UsageException">A name or suffix in the options that matches nothing.</exception>
    public static ScoreMatrix Match(IReadOnlyList<PromptScore> scores, MatchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        options ??= new MatchOptions();
        var byModel = Choose(scores, options);
        (string Model, string Prompt)[] unscored =
        [
            .. options.Unscored.Where(set => options.Models.Count == 0 || options.Models.Contains(set.Model)),
        ];
        var suffixes = Suffixes(byModel, options.StripSuffixes);
        var pairing = PromptPairing.Of([
            .. byModel.Select(
                (own, m) => new ModelPrompts(own[0].Model, [.. own.Select(row => row.Prompt)], suffixes[m])
            ),
        ]);
        if (pairing.Matched.Count == 0 || (pairing.Unmatched.Count > 0 && !options.AllowUnmatched))
        {
            throw UnmatchedPrompts.Fault(pairing, unscored);
        }

        string[] prompts = [.. pairing.Matched.Select(prompt => prompt.Prompt)];
        return new ScoreMatrix(
            [.. byModel.Select(own => own[0].Model)],
            prompts,
            [
                .. byModel.Select(
                    (own, m) => (IReadOnlyList<PromptScore>)[.. pairing.Matched.Select(prompt => own[prompt.Rows[m]])]
                ),
            ],
            [
                .. pairing.Unmatched.Select(one => new LeftOutPrompt(byModel[one.Model][0].Model, pairing.TextOf(one))),
                .. unscored.Select(set => new LeftOutPrompt(set.Model, set.Prompt, LeftOutPrompt.Unscored)),
            ],
            pairing.Matched.Count(prompt => prompt.ByKey)
        )
        {
            Clusters = options.Clusters?.Assign(prompts),
        };
    }

    /// <summary>The scores of one model, which need no pairing.</summary>
    /// <param name="scores">Of one model or several.</param>
    /// <param name="model">Name.</param>
    /// <param name="clusters">Which prompts go together; null where each is its own unit.</param>
    /// <exception cref="InputException">A prompt without a cluster, or one cluster only.</exception>
    /// <exception cref="UsageException">There is no such model; the message names the nearest.</exception>
    public static ScoreMatrix Alone(IReadOnlyList<PromptScore> scores, string model, PromptClusters? clusters = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var names = scores.Select(row => row.Model).Distinct(StringComparer.Ordinal).ToArray();
        var name = names[new ScoreMatrix(names, [], []).IndexOf(model)];
        PromptScore[] own = [.. scores.Where(row => row.Model == name)];
        string[] prompts = [.. own.Select(row => row.Prompt)];
        return new ScoreMatrix([name], prompts, [own]) { Clusters = clusters?.Assign(prompts) };
    }

    private static PromptScore[][] Choose(IReadOnlyList<PromptScore> scores, MatchOptions options)
    {
        if (scores.Count == 0)
        {
            throw new InputException("There are no scores to compare.");
        }

        var models = scores.GroupBy(row => row.Model, StringComparer.Ordinal).Select(own => own.ToArray()).ToArray();
        if (options.Models.Count > 0)
        {
            var names = new ScoreMatrix([.. models.Select(own => own[0].Model)], [], []);
            int[] chosen = [.. options.Models.Select(names.IndexOf)];
            if (names.Models.Count > 1 && chosen.Distinct().Count() < 2)
            {
                throw new UsageException(
                    $"Only model '{options.Models[0]}' is asked for, and a comparison needs two; name another of the {names.Models.Count} ({Listing.Joined(names.Models, Named)})."
                );
            }

            models = [.. chosen.Distinct().Select(model => models[model])];
        }

        if (models.Length is < 2 or > MostModels)
        {
            throw new InputException(
                models.Length < 2 && models[0][0].Model.Length == 0
                    ? "The scores are of one unnamed model, since the folders hold images and no prompts; a comparison needs models: <model>/<prompt>/<seed>.png."
                : models.Length < 2 && options.Unscored.Any(set => set.Model != models[0][0].Model)
                    ? $"There are scores of one model only ('{models[0][0].Model}'): no set of {Listing.Joined([.. options.Unscored.Select(set => set.Model).Where(name => name != models[0][0].Model).Distinct(StringComparer.Ordinal)], Named)} has two usable images."
                : models.Length < 2
                    ? $"There are scores of one model only ('{models[0][0].Model}'); a comparison needs two. A table names them in its column \"model\"; several folders or tables may be given."
                : $"There are {models.Length} models, and at most {MostModels} can be compared; is the column \"model\" what it should be?"
            );
        }

        foreach (var row in models.SelectMany(own => own))
        {
            if (row.Scs is not (>= 0 and <= 100))
            {
                throw new InputException(
                    Invariant(
                        $"The score of model '{row.Model}' for the prompt {QuotedPrompt.Of(row.Prompt)} is {row.Scs}, and must be a number from 0 to 100; score that set again or leave it out."
                    )
                );
            }
        }

        return models;
    }

    /// <summary>The declared suffixes of each model, [k].</summary>
    private static string[][] Suffixes(PromptScore[][] models, IReadOnlyList<string> options)
    {
        var suffixes = models.Select(_ => new List<string>()).ToArray();
        foreach (var option in options)
        {
            // A model's name may hold '=' too: the longest name that fits is meant.
            var model = Enumerable
                .Range(0, models.Length)
                .Where(m => option.StartsWith(models[m][0].Model + "=", StringComparison.Ordinal))
                .OrderByDescending(m => models[m][0].Model.Length)
                .FirstOrDefault(-1);
            if (model < 0)
            {
                var equals = option.IndexOf('=', StringComparison.Ordinal);
                model =
                    equals > 0
                        ? new ScoreMatrix([.. models.Select(own => own[0].Model)], [], []).IndexOf(option[..equals])
                        : throw new UsageException(
                            $"A suffix to strip is given as MODEL=TEXT, such as \"LoRA=in the style of TOK\", not as '{option}'."
                        );
            }

            var (name, text) = (models[model][0].Model, option[(models[model][0].Model.Length + 1)..]);
            if (!models[model].Any(row => PromptSuffix.Without(row.Prompt, text) is not null))
            {
                throw new UsageException(
                    $"No prompt of model '{name}' ends with \"{text.Trim()}\"; its first one is {QuotedPrompt.Of(models[model][0].Prompt)}."
                );
            }

            suffixes[model].Add(text);
        }

        return [.. suffixes.Select(own => own.ToArray())];
    }
}
