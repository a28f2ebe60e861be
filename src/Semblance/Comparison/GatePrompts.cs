using Semblance.Statistics;
using Semblance.Variance;

namespace Semblance.Comparison;

/// <summary>How many prompts a gate needs to decide.</summary>
internal static class GatePrompts
{
    private const double Chance = 0.8;

    private const int Most = 10_000_000;

    /// <summary>
    /// The fewest prompts that decide anything, whatever the test: their differences all have one sign by a chance of
    /// 2^-n, which has to be alpha or less. Signed ranks cannot decide with fewer; Student's limits could, even on two
    /// prompts, but only by assuming that differences are normal.
    /// </summary>
    public static int Fewest(double alpha) => WilcoxonSignedRank.FewestPairs(alpha);

    /// <summary>Whether this number of prompts may decide.</summary>
    public static bool Enough(int prompts, double alpha) => prompts >= Fewest(alpha);

    /// <summary>
    /// How many more prompts decide, either way, with a chance of 0.8 if the observed mean and standard deviation are the
    /// true ones: the smallest n at which the one-sided t-test against the margin on the other side of which the mean lies
    /// has that power. Signed ranks need pi / 3 as many for normal differences; where differences tie, as rounded scores
    /// have them, that would promise too much, and they are drawn from instead (<see cref="TiedDifferences"/>). Differences
    /// that do not vary need as many as their shared sign takes to be no chance. Null where no number decides.
    /// </summary>
    /// <param name="d">Differences candidate - baseline.</param>
    /// <param name="options">Claim, margin, test, and the alpha of this look.</param>
    /// <param name="error">Of the mean: what seeds in common add to it does not fall with more prompts.</param>
    public static int? More(double[] d, GateOptions options, MeanError error)
    {
        var deviation = Descriptive.StandardDeviation(d);
        var mean = deviation == 0 ? d[0] : Descriptive.Mean(d);

        // Distances from the mean to the margins.
        double[] distances = options.Claim switch
        {
            GateClaim.NonInferiority => [Math.Abs(mean + options.Margin)],
            GateClaim.Superiority or GateClaim.Variety => [Math.Abs(mean - options.Margin)],
            _ when Math.Abs(mean) < options.Margin => [options.Margin - mean, options.Margin + mean],
            _ => [Math.Abs(mean) - options.Margin],
        };
        var signs = Fewest(options.Alpha);
        if (deviation == 0)
        {
            return distances.Contains(0) ? null : Math.Max(1, signs - d.Length);
        }

        if (options.Test == GateTest.Wilcoxon && TiedDifferences.In(d, options))
        {
            return TiedDifferences.Needed(d, options, Chance) is { } drawn ? Math.Max(1, drawn - d.Length) : null;
        }

        if (Bisection.Smallest(1, 2, Most, n => Suffices((int)n)) is not { } needed)
        {
            return null;
        }

        var total = options.Test == GateTest.Wilcoxon ? Power.SignedRankPairsFromTTest((int)needed) : (int)needed;
        return Math.Max(1, Math.Max(total, signs) - d.Length);

        // Both of two tests: at least 1 less the chances that either fails.
        bool Suffices(int n) => distances.Sum(far => 1 - PowerOf(far, n)) <= 1 - Chance;

        double PowerOf(double far, int n)
        {
            if (error.Independent)
            {
                return Power.OfTTest(far / deviation, n, options.Alpha, Alternative.Greater);
            }

            var own = error.PromptPart * d.Length / n;
            var seeds = (error.StandardError * error.StandardError) - error.PromptPart;
            var degrees = Math.Max(1, error.DegreesOfFreedom * (seeds > 0 ? 1 : (double)n / d.Length));
            return Power.OfStudent(far / Math.Sqrt(own + seeds), degrees, options.Alpha, Alternative.Greater);
        }
    }
}
