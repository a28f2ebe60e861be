using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>Whether differences could come from some normal distribution, which is what Student's test and limits assume.</summary>
internal static class NormalityTests
{
    public const string ShapiroWilkName = "Shapiro-Wilk";

    /// <summary>
    /// All tests that exist for so many differences: none below five, Shapiro-Wilk (up to 5,000) and Lilliefors from there
    /// on, Anderson-Darling and D'Agostino-Pearson from eight on.
    /// </summary>
    /// <param name="d">Differences that are not all the same.</param>
    public static IReadOnlyList<NormalityTest> Of(double[] d)
    {
        if (d.Length < ModelComparison.FewestPromptsToTestNormality)
        {
            return [];
        }

        NormalityTest?[] tests =
        [
            ShapiroWilkOf(d),
            OrNone(() =>
                Lilliefors.Of(d) is var test
                    ? new("Lilliefors", test.Statistic, test.PValue ?? test.PDallalWilkinson)
                    : null
            ),
            OrNone(() =>
                AndersonDarling.Of(d) is var test ? new("Anderson-Darling", test.ASquared, test.PValue) : null
            ),
            OrNone(() =>
                DAgostinoPearson.Of(d) is var test ? new("D'Agostino-Pearson", test.KSquared, test.PValue) : null
            ),
        ];
        return [.. tests.OfType<NormalityTest>()];
    }

    /// <summary>Shapiro and Wilk's test, by which differences are called not normal; null below 5, or above 5,000.</summary>
    /// <param name="d">Differences that are not all the same.</param>
    public static NormalityTest? ShapiroWilkOf(double[] d) =>
        d.Length < ModelComparison.FewestPromptsToTestNormality
            ? null
            : OrNone(() => ShapiroWilk.Of(d) is var test ? new(ShapiroWilkName, test.W, test.PValue) : null);

    private static NormalityTest? OrNone(Func<NormalityTest?> test)
    {
        try
        {
            return test();
        }
        catch (AssumptionException fault) when (fault.Violated is Assumption.TooFew or Assumption.OutOfRange)
        {
            return null;
        }
    }
}
