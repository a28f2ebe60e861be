using Semblance.Consistency;
using Semblance.Wording;

namespace Semblance.Runs.Scoring;

/// <summary>What should be known of the prompts of a report, in a sentence each.</summary>
public static class PromptWarnings
{
    /// <summary>In <see cref="SetScore.Flags"/>: the text encoder reads only the beginning of the prompt.</summary>
    public const string Cut = "prompt_cut";

    /// <summary>Prompts that are cut, and prompts of one model that are one.</summary>
    /// <param name="report">The scores.</param>
    /// <param name="encoder">Whose text encoder was used; null if none was.</param>
    public static IEnumerable<string> Of(ScoreReport report, IImageEncoder? encoder)
    {
        ArgumentNullException.ThrowIfNull(report);
        return [.. OfCut(report, encoder), .. OfSame(report, encoder)];
    }

    /// <summary>Whether the text encoder reads only the beginning of the prompt.</summary>
    internal static bool IsCut(IImageEncoder encoder, string prompt) =>
        encoder.ReadText(prompt) is { CutOff.Length: > 0 };

    private static IEnumerable<string> OfCut(ScoreReport report, IImageEncoder? encoder)
    {
        string[] prompts = [.. report.Sets.Select(set => set.Prompt).Distinct(StringComparer.Ordinal)];
        string[] cut =
        [
            .. report
                .Sets.Where(set => set.Flags.Contains(Cut))
                .Select(set => set.Prompt)
                .Distinct(StringComparer.Ordinal),
        ];
        if (encoder is not null && cut.Length > 0 && encoder.ReadText(cut[0]) is { } first)
        {
            yield return $"{cut.Length} of {Plural.Of(prompts.Length, "prompt")} {(cut.Length == 1 ? "is" : "are")} longer than the {first.Tokens.Count} tokens that {encoder.Identity.Name} reads, so the similarity with the text is with its beginning only [{Cut}]; of {Quoted(cut[0])} it does not read \"{Excerpt.Of(first.CutOff)}\"";
        }
    }

    private static IEnumerable<string> OfSame(ScoreReport report, IImageEncoder? encoder)
    {
        var byKey = Groups(report, set => set.PromptKey);
        if (byKey.Length > 0)
        {
            yield return $"{Named(byKey)} differ in letter case, spaces or punctuation only, and are scored as {Many(byKey)} prompts; a model that does not tell them apart makes the same images of the same seeds";
        }

        if (encoder is not null)
        {
            // Those of one key are named above.
            var byTokens = Groups(
                    report,
                    set => encoder.ReadText(set.Prompt) is { } read ? string.Join(' ', read.Tokens) : set.Prompt
                )
                .Where(group => group.Select(set => set.PromptKey).Distinct(StringComparer.Ordinal).Skip(1).Any())
                .ToArray();
            if (byTokens.Length > 0)
            {
                yield return $"{Named(byTokens)} are the same tokens to {encoder.Identity.Name}, which compares their images with one text";
            }
        }
    }

    /// <summary>Sets of one model that have something in common, two or more of each.</summary>
    private static SetScore[][] Groups(ScoreReport report, Func<SetScore, string> common) =>
        [
            .. report
                .Sets.GroupBy(set => (set.Model, common(set)))
                .Select(group => group.ToArray())
                .Where(group => group.Length > 1)
                .DistinctBy(group => string.Join('\n', group.Select(set => set.Prompt)), StringComparer.Ordinal),
        ];

    private static string Named(SetScore[][] groups)
    {
        var (first, second) = (groups[0][0].Prompt, groups[0][1].Prompt);
        var more = groups.Sum(group => group.Length) - 2;
        return $"the prompts {Quoted(first)} and {Quoted(second)}{(more > 0 ? $" (and {more} more such)" : "")}";
    }

    private static string Many(SetScore[][] groups) =>
        groups.Sum(group => group.Length) is var all and > 2 ? $"{all}" : "two";

    private static string Quoted(string prompt) => QuotedPrompt.Of(Excerpt.Of(prompt));
}
