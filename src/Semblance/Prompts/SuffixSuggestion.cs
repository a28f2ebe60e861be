namespace Semblance.Prompts;

/// <summary>
/// Suffixes that would make prompts match. The prompts of a fine-tune often all end with its trigger words, and those of a
/// base model with the style that they stand for, so that no text of one is a text of the other.
/// </summary>
public static class SuffixSuggestion
{
    // A suffix is what nearly all prompts of a model end with: a mistyped prompt must not hide it.
    private const double Share = 0.8;
    private const int MaxWords = 30;

    // Enough to find a suffix; a model may have a million prompts.
    private const int MaxPrompts = 1000;

    /// <summary>For each model the suffix to strip; nothing if that would match no more prompts.</summary>
    /// <param name="pairing">Prompts of which some did not match. Models that have a declared suffix keep it.</param>
    public static IReadOnlyList<(string Model, string Suffix)> Of(PromptPairing pairing)
    {
        ArgumentNullException.ThrowIfNull(pairing);
        var models = pairing.Models;
        var candidates = models
            .Select(model => model.Suffixes.Count > 0 ? [""] : (string[])["", .. CommonEnds(model.Prompts)])
            .ToArray();
        if (candidates.All(ends => ends.Length == 1))
        {
            return [];
        }

        // The first model is the yardstick: with each of its ends, every other model's best end is looked for.
        var best = (Matches: pairing.Matched.Count, Stripped: 0, Letters: 0);
        string[]? chosen = null;
        foreach (var end in candidates[0])
        {
            var keys = Keys(models[0], end);
            var ends = new string[models.Count];
            ends[0] = end;
            for (var model = 1; model < models.Count; model++)
            {
                ends[model] = candidates[model]
                    .Select(other => (End: other, Common: Keys(models[model], other).Count(keys.Contains)))
                    .OrderByDescending(other => other.Common)
                    .ThenBy(other => other.End.Length > 0)
                    .ThenByDescending(other => other.End.Length)
                    .First()
                    .End;
            }

            var result = (
                Matches: CountMatches(models, ends),
                Stripped: ends.Count(one => one.Length > 0),
                Letters: ends.Sum(one => one.Length)
            );
            if (
                result.Matches > best.Matches
                || (
                    chosen is not null
                    && result.Matches == best.Matches
                    && (
                        result.Stripped < best.Stripped
                        || (result.Stripped == best.Stripped && result.Letters > best.Letters)
                    )
                )
            )
            {
                (best, chosen) = (result, ends);
            }
        }

        return chosen is null
            ? []
            : [.. models.Zip(chosen, (model, end) => (model.Model, end)).Where(one => one.end.Length > 0)];
    }

    /// <summary>
    /// What most of the prompts end with, one word, two words and so on; each beginning at a word. Ends are one that have
    /// one <see cref="PromptKey"/>, as they are taken off; the commonest spelling is given.
    /// </summary>
    internal static IReadOnlyList<string> CommonEnds(IReadOnlyList<string> prompts)
    {
        var ends = new List<string>();
        var some = prompts.Take(MaxPrompts).Select(prompt => prompt.TrimEnd()).ToArray();
        for (var words = 1; words <= MaxWords && some.Length > 1; words++)
        {
            var commonest = some.Select(prompt => LastWords(prompt, words))
                .OfType<string>()
                .GroupBy(PromptKey.Of, StringComparer.Ordinal)
                .MaxBy(group => group.Count());
            if (commonest is null || commonest.Count() < Share * some.Length || commonest.Count() < 2)
            {
                break;
            }

            ends.Add(commonest.GroupBy(end => end, StringComparer.Ordinal).MaxBy(spelt => spelt.Count())!.Key);
        }

        return ends;
    }

    /// <summary>The last words of a prompt that has more than those.</summary>
    private static string? LastWords(string prompt, int words)
    {
        var at = prompt.Length;
        for (var word = 0; word < words; word++)
        {
            if (at <= 0)
            {
                return null;
            }

            at = prompt.AsSpan(0, at).TrimEnd(' ').LastIndexOf(' ');
        }

        return at > 0 ? prompt[(at + 1)..] : null;
    }

    private static HashSet<string> Keys(ModelPrompts model, string end) =>
        [.. Stripped(model, end).Take(MaxPrompts).Select(PromptKey.Of)];

    private static IEnumerable<string> Stripped(ModelPrompts model, string end)
    {
        string[] suffixes = end.Length > 0 ? [end] : [.. model.Suffixes];
        return model.Prompts.Select(prompt => PromptSuffix.Strip(prompt, suffixes));
    }

    private static int CountMatches(IReadOnlyList<ModelPrompts> models, string[] ends)
    {
        var common = Stripped(models[0], ends[0]).Select(PromptKey.Of).ToHashSet(StringComparer.Ordinal);
        for (var model = 1; model < models.Count; model++)
        {
            common.IntersectWith(Stripped(models[model], ends[model]).Select(PromptKey.Of));
        }

        return common.Count;
    }
}
