namespace Semblance.Comparison;

/// <summary>What a reader must know before believing a comparison.</summary>
internal static class ComparisonWarnings
{
    public static IEnumerable<string> Of(ScoreMatrix matrix, IReadOnlyList<PairComparison> pairs)
    {
        var n = matrix.Prompts.Count;
        if (n < ModelComparison.FewestPromptsToResample)
        {
            yield return $"There are only {n} prompts, too few to resample: intervals are Student's, which trust the differences to be about normal, and other prompts may say otherwise.";
        }

        foreach (var pair in pairs.Where(pair => pair.Difference.Method == PromptIntervals.Student))
        {
            if (
                pair.Normality.FirstOrDefault(test => test.Name == NormalityTests.ShapiroWilkName) is { P: < 0.05 } test
            )
            {
                yield return $"The differences of {pair.First} and {pair.Second} do not look normal (Shapiro-Wilk {Verdicts.P(test.P)}), as Student's interval asks; trust the signed-rank test and its interval.";
            }
        }

        if (matrix.LeftOut.Count > 0)
        {
            yield return $"{matrix.LeftOut.Count} scores were left out because not every model has their prompt.";
        }

        if (matrix.MatchedByKey > 0)
        {
            yield return $"{matrix.MatchedByKey} of {n} prompts differ in their text and were matched by their normalised key.";
        }

        foreach (var model in Enumerable.Range(0, matrix.Models.Count))
        {
            if (matrix.Rows[model].All(row => row.Scs == matrix.Rows[model][0].Scs))
            {
                yield return $"All scores of {matrix.Models[model]} are the same number; check that they are what you meant.";
            }
        }

        foreach (var pair in pairs.Where(pair => pair.Wilcoxon is null))
        {
            yield return $"{pair.First} and {pair.Second} have the same scores on all prompts; check that they are not the same images.";
        }

        if (SeedCounts(matrix) is [var fewest, .., var most])
        {
            yield return $"The scores are of {fewest} to {most} images: a mean over pairs does not drift with their number, but scores of few images scatter more.";
        }
    }

    /// <summary>The different numbers of seeds, sorted.</summary>
    private static int[] SeedCounts(ScoreMatrix matrix) =>
        [.. matrix.Rows.SelectMany(own => own).Select(row => row.Seeds).OfType<int>().Distinct().Order()];
}
