using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>How many prompts would settle a gate.</summary>
internal static class GatePrompts
{
    private const double Chance = 0.8;

    private const int Most = 10_000_000;

    /// <summary>
    /// How many more prompts decide, either way, with a chance of 0.8 if the observed mean and standard deviation are the
    /// true ones: the smallest n at which the one-sided t-test against the margin on the other side of which the mean lies
    /// has that power. Signed ranks need pi / 3 as many for normal differences. Differences that do not vary need as many
    /// as their shared sign takes to be no chance. Null where no number decides.
    /// </summary>
    /// <param name="d">Differences candidate - baseline.</param>
    /// <param name="options">Claim, margin, alpha, test.</param>
    public static int? More(double[] d, GateOptions options)
    {
        var deviation = Descriptive.StandardDeviation((ReadOnlySpan<double>)d);
        var mean = deviation == 0 ? d[0] : Descriptive.Mean(d);

        // Distances to the margins that must be told apart from the mean.
        double[] distances = options.Claim switch
        {
            GateClaim.NonInferiority => [Math.Abs(mean + options.Margin)],
            GateClaim.Superiority => [Math.Abs(mean - options.Margin)],
            _ when Math.Abs(mean) < options.Margin => [options.Margin - mean, options.Margin + mean],
            _ => [Math.Abs(mean) - options.Margin],
        };
        var signs = WilcoxonSignedRank.FewestPairs(options.Alpha);
        if (deviation == 0)
        {
            return distances.Contains(0) ? null : Math.Max(1, signs - d.Length);
        }

        if (Fewest(Array.ConvertAll(distances, distance => distance / deviation), options.Alpha) is not { } needed)
        {
            return null;
        }

        var total =
            options.Test == GateTest.Wilcoxon ? Math.Max(Power.SignedRankPairsFromTTest(needed), signs) : needed;
        return Math.Max(1, total - d.Length);
    }

    private static int? Fewest(double[] effects, double alpha)
    {
        if (!Suffices(Most))
        {
            return null;
        }

        var (low, high) = (1, 2);
        while (!Suffices(high))
        {
            (low, high) = (high, Math.Min(Most, high * 2));
        }

        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = Suffices(middle) ? (low, middle) : (middle, high);
        }

        return high;

        // Both of two tests: at least 1 less the chances that either fails.
        bool Suffices(int n) =>
            effects.Sum(effect => 1 - Power.OfTTest(effect, n, alpha, Alternative.Greater)) <= 1 - Chance;
    }
}
