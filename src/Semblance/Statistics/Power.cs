using System.Globalization;
using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// Power of paired tests for a true effect in units of the differences' standard deviation (Cohen's dz), and the pairs
/// that a wanted power needs.
/// </summary>
/// <remarks>
/// The t-test's power is a tail of the noncentral t distribution with noncentrality dz sqrt(n). That of the signed-rank
/// test is the normal approximation with 3/pi times the pairs, its asymptotic relative efficiency for normal differences.
/// </remarks>
internal static class Power
{
    private const double Efficiency = 3 / Math.PI;
    private const int MostPairs = 1_000_000_000;

    /// <summary>Power of the paired t-test, by the noncentral t distribution.</summary>
    /// <param name="effect">True mean over true standard deviation of the differences.</param>
    /// <param name="pairs">n, at least 2.</param>
    /// <param name="alpha">Size of the test, between 0 and 1.</param>
    /// <param name="alternative">Which differences the test looks for.</param>
    /// <exception cref="AssumptionException">TooFew, NotFinite, OutOfRange.</exception>
    public static double OfTTest(double effect, int pairs, double alpha, Alternative alternative)
    {
        Require(effect, pairs, alpha);
        var degrees = pairs - 1;
        var noncentrality = effect * Math.Sqrt(pairs);
        var limit = -StudentT.Quantile(Tail(alpha, alternative), degrees);
        var upper = alternative == Alternative.Less ? 0 : NoncentralT.UpperTail(limit, degrees, noncentrality);
        var lower = alternative == Alternative.Greater ? 0 : NoncentralT.Cdf(-limit, degrees, noncentrality);
        return upper + lower;
    }

    /// <summary>Power of the paired t-test, its standard deviation taken as known.</summary>
    /// <inheritdoc cref="OfTTest"/>
    public static double OfTTestNormal(double effect, int pairs, double alpha, Alternative alternative)
    {
        Require(effect, pairs, alpha);
        return OfNormal(effect * Math.Sqrt(pairs), alpha, alternative);
    }

    /// <summary>Power of the signed-rank test for normal differences, by the normal approximation.</summary>
    /// <inheritdoc cref="OfTTest"/>
    public static double OfSignedRank(double effect, int pairs, double alpha, Alternative alternative)
    {
        Require(effect, pairs, alpha);
        return SignedRank(effect, pairs, alpha, alternative);
    }

    /// <summary>The fewest pairs with which the t-test has the wanted power.</summary>
    /// <param name="effect">Not 0, and on the side that the alternative looks at.</param>
    /// <param name="power">Wanted, between 0 and 1.</param>
    /// <param name="alpha">Size of the test, between 0 and 1.</param>
    /// <param name="alternative">Which differences the test looks for.</param>
    /// <exception cref="AssumptionException">NotFinite, OutOfRange (also where a billion pairs are too few).</exception>
    public static int PairsForTTest(double effect, double power, double alpha, Alternative alternative)
    {
        RequireReachable(effect, power, alpha, alternative);
        return Fewest(2, power, n => OfTTest(effect, n, alpha, alternative));
    }

    /// <summary>The fewest pairs with which the signed-rank test has the wanted power, by the normal approximation.</summary>
    /// <inheritdoc cref="PairsForTTest"/>
    public static int PairsForSignedRank(double effect, double power, double alpha, Alternative alternative)
    {
        RequireReachable(effect, power, alpha, alternative);
        return Fewest(1, power, n => SignedRank(effect, n, alpha, alternative));
    }

    /// <summary>The pairs that the signed-rank test needs where the t-test needs <paramref name="pairs"/>: pi/3 as many.</summary>
    public static int SignedRankPairsFromTTest(int pairs) => (int)Math.Ceiling(pairs / Efficiency);

    private static double SignedRank(double effect, int pairs, double alpha, Alternative alternative) =>
        OfNormal(effect * Math.Sqrt(pairs * Efficiency), alpha, alternative);

    private static double OfNormal(double shift, double alpha, Alternative alternative)
    {
        var limit = -Normal.Quantile(Tail(alpha, alternative));
        var upper = alternative == Alternative.Less ? 0 : Normal.Cdf(shift - limit);
        var lower = alternative == Alternative.Greater ? 0 : Normal.Cdf(-shift - limit);
        return upper + lower;
    }

    private static double Tail(double alpha, Alternative alternative) =>
        alternative == Alternative.TwoSided ? alpha / 2 : alpha;

    // Power rises with the pairs: doubled until it is enough, then halved.
    private static int Fewest(int least, double power, Func<int, double> powerOf)
    {
        var (low, high) = (least, least);
        while (powerOf(high) < power)
        {
            low = high + 1;
            high *= 2;
            if (high > MostPairs)
            {
                throw new AssumptionException(
                    Assumption.OutOfRange,
                    "Even a billion pairs would not give this power: the effect is too small."
                );
            }
        }

        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = powerOf(middle) >= power ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private static void Require(double effect, int pairs, double alpha)
    {
        Sample.Require([effect]);
        Sample.RequireFraction(alpha, "The size of the test");
        if (pairs < 2)
        {
            throw new AssumptionException(
                Assumption.TooFew,
                string.Create(CultureInfo.InvariantCulture, $"A paired test needs at least 2 pairs, and has {pairs}.")
            );
        }
    }

    private static void RequireReachable(double effect, double power, double alpha, Alternative alternative)
    {
        Require(effect, 2, alpha);
        Sample.RequireFraction(power, "The power");
        var isReachable = alternative switch
        {
            Alternative.Less => effect < 0,
            Alternative.Greater => effect > 0,
            _ => effect != 0,
        };
        if (!isReachable)
        {
            throw new AssumptionException(
                Assumption.OutOfRange,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"No number of pairs shows an effect of {effect} on the side that the test looks at."
                )
            );
        }
    }
}
