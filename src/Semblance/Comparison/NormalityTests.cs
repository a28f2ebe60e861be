using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>Whether differences could come from some normal distribution, which is what Student's test and limits assume.</summary>
internal static class NormalityTests
{
    private const string ShapiroWilkName = "Shapiro-Wilk";

    /// <summary>
    /// All tests that exist for this number of differences: none below five, Shapiro-Wilk (up to 5,000) and Lilliefors from there
    /// on, Anderson-Darling and D'Agostino-Pearson from eight on.
    /// </summary>
    /// <param name="d">Differences that are not all the same.</param>
    public static IReadOnlyList<NormalityResult> Of(double[] d)
    {
        if (d.Length < ModelComparison.FewestPromptsToTestNormality)
        {
            return [];
        }

        var lilliefors = Lilliefors.Of(d);
        List<NormalityResult> results = ShapiroWilkOf(d) is { } known ? [known] : [];
        results.Add(new("Lilliefors", lilliefors.Statistic, lilliefors.P ?? lilliefors.PDallalWilkinson));
        if (d.Length >= ModelComparison.FewestPromptsForAllTestsOfNormality)
        {
            var (anderson, agostino) = (AndersonDarling.Of(d), DAgostinoPearson.Of(d));
            results.Add(new("Anderson-Darling", anderson.ASquared, anderson.P));
            results.Add(new("D'Agostino-Pearson", agostino.KSquared, agostino.P));
        }

        return results;
    }

    /// <summary>Shapiro and Wilk's test, by which differences are called not normal; null below 5, or above 5,000.</summary>
    /// <param name="d">Differences that are not all the same.</param>
    public static NormalityResult? ShapiroWilkOf(double[] d) =>
        d.Length is < ModelComparison.FewestPromptsToTestNormality or > ModelComparison.MostPromptsOfShapiroWilk ? null
        : ShapiroWilk.Of(d) is var test ? new(ShapiroWilkName, test.W, test.P)
        : null;

    /// <summary>The p of Shapiro and Wilk's test among these; 1 where it is not.</summary>
    public static double ShapiroWilkP(IReadOnlyList<NormalityResult> results) =>
        results.FirstOrDefault(test => test.Name == ShapiroWilkName)?.P ?? 1;
}
