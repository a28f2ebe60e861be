using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Comparison;

/// <summary>What a reader must know before relying on a comparison.</summary>
internal static class ComparisonWarnings
{
    /// <summary>How many models, pairs or prompts a sentence names.</summary>
    private const int Named = 5;

    private const int FewestBeyondLimit = 5;

    private const int MostResamples = 10_000_000;

    /// <summary>What must be read before any interval is; null where there are prompts enough to trust one.</summary>
    public static string? Caution(int prompts) =>
        prompts >= ModelComparison.FewestPromptsToResample
            ? null
            : $"There are only {prompts} prompts, too few to resample: intervals are Student's, which assume that the differences are about normal, and other prompts may give another result.";

    /// <summary>The warnings beside the caution.</summary>
    public static IEnumerable<string> Of(
        ScoreMatrix matrix,
        IReadOnlyList<PairComparison> pairs,
        ComparisonOptions options,
        bool resampled
    )
    {
        var n = matrix.Prompts.Count;
        if (resampled && FewResamples(options) is { } few)
        {
            yield return few;
        }

        if (OddDifferences(pairs) is { } odd)
        {
            yield return odd;
        }

        foreach (var leftOut in LeftOut(matrix))
        {
            yield return leftOut;
        }

        if (matrix.MatchedByKey > 0)
        {
            yield return $"{matrix.MatchedByKey} of {n} prompts {(matrix.MatchedByKey == 1 ? "differs in its text and was matched by its" : "differ in their text and were matched by their")} normalised key.";
        }

        string[] constant =
        [
            .. matrix.Rows.Where(own => own.All(row => row.Scs == own[0].Scs)).Select(own => own[0].Model),
        ];
        if (constant.Length > 0)
        {
            yield return $"All scores of {Listing.Joined(constant, Named)} are {(constant.Length == 1 ? "the same number" : "one number each")}; check that they are what you meant.";
        }

        string[] equal = [.. pairs.Where(pair => pair.Wilcoxon is null).Select(Names)];
        if (equal.Length > 0)
        {
            yield return $"{Some(equal)} have the same scores on all prompts; check that they are not the same images.";
        }

        if (SeedCounts(matrix) is [var fewest, .., var most])
        {
            yield return $"The scores are of {fewest} to {most} images: a mean over pairs does not depend on their number, but scores of few images vary more.";
        }
    }

    /// <summary>How many scores found no partner and how many sets have no score, and the first of them by name.</summary>
    public static IEnumerable<string> LeftOut(ScoreMatrix matrix)
    {
        LeftOutPrompt[] unscored = [.. matrix.LeftOut.Where(one => one.Reason == LeftOutPrompt.Unscored)];
        LeftOutPrompt[] unmatched = [.. matrix.LeftOut.Except(unscored)];
        if (unscored.Length > 0)
        {
            yield return (
                unscored.Length == 1
                    ? "1 set was left out because it has fewer than two usable images"
                    : $"{unscored.Length} sets were left out because they have fewer than two usable images"
            ) + $" ({First(unscored)}).";
        }

        if (unmatched.Length > 0)
        {
            yield return (
                unmatched.Length == 1
                    ? "1 score was left out because not every model has its prompt"
                    : $"{unmatched.Length} scores were left out because not every model has their prompt"
            ) + $" ({First(unmatched)}).";
        }
    }

    private static string First(LeftOutPrompt[] prompts)
    {
        var named = prompts
            .Take(Named)
            .GroupBy(one => one.Model, StringComparer.Ordinal)
            .Select(own => $"{own.Key}: {string.Join(", ", own.Select(one => QuotedPrompt.Of(one.Prompt)))}");
        var more = prompts.Length - Named;
        return string.Join("; ", named) + (more > 0 ? $"; and {more} more" : "");
    }

    /// <summary>A level so high that hardly any resample lies beyond a limit; null where it is not.</summary>
    private static string? FewResamples(ComparisonOptions options)
    {
        var beyond = PromptIntervals.BeyondLimit(options.Level, options.Resamples);
        if (beyond >= FewestBeyondLimit)
        {
            return null;
        }

        // To two digits, upwards.
        var needed = options.Resamples * (FewestBeyondLimit / beyond);
        var unit = Math.Pow(10, Math.Floor(Math.Log10(needed)) - 1);
        var advice =
            needed < MostResamples
                ? Invariant($"give {unit * Math.Ceiling(needed / unit):F0} resamples or more, or a lower level")
                : "ask for a lower level";
        return Invariant(
            $"At level {Verdicts.Percent(options.Level)} fewer than {FewestBeyondLimit} of {options.Resamples} resamples lie beyond each limit of a resampled interval, too few to place it; {advice}."
        );
    }

    /// <summary>Student's intervals over differences that do not look normal: one sentence, however many pairs there are.</summary>
    private static string? OddDifferences(IReadOnlyList<PairComparison> pairs)
    {
        (PairComparison Pair, double P)[] odd =
        [
            .. pairs
                .Where(pair => pair.Difference.Method == PromptIntervals.Student)
                .Select(pair => (pair, NormalityTests.ShapiroWilkP(pair.Normality)))
                .Where(one => one.Item2 < 0.05)
                .OrderBy(one => one.Item2),
        ];
        return odd switch
        {
            [] => null,
            [var (pair, p)] =>
                $"The differences of {Names(pair)} do not look normal (Shapiro-Wilk {Verdicts.P(p)}), as Student's interval assumes; rely on the signed-rank test and its interval.",
            [var (pair, p), ..] =>
                $"The differences of {odd.Length} of {pairs.Count} pairs do not look normal (Shapiro-Wilk p < 0.05; the least so: {Names(pair)}, {Verdicts.P(p)}), as Student's interval assumes; rely on the signed-rank tests and their intervals.",
        };
    }

    private static string Names(PairComparison pair) => $"{pair.First} and {pair.Second}";

    /// <summary>The first few, and how many more there are.</summary>
    private static string Some(string[] names) =>
        string.Join(", ", names.Take(Named)) + (names.Length > Named ? $" and {names.Length - Named} more" : "");

    /// <summary>The different numbers of seeds, sorted.</summary>
    private static int[] SeedCounts(ScoreMatrix matrix) =>
        [.. matrix.Rows.SelectMany(own => own).Select(row => row.Seeds).OfType<int>().Distinct().Order()];
}
