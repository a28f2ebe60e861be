using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>Power of the paired t-test for a true effect in units of the differences' standard deviation (Cohen's dz).</summary>
public static class Power
{
    // Of the signed-rank test against the t-test, for normal differences.
    private const double AsymptoticRelativeEfficiency = 3 / Math.PI;

    /// <summary>A tail of the noncentral t distribution with noncentrality dz sqrt(n), or both tails.</summary>
    /// <param name="effect">True mean over true standard deviation of the differences.</param>
    /// <param name="pairs">n, at least 2.</param>
    /// <param name="alpha">Size of the test, between 0 and 1.</param>
    /// <param name="alternative">Which differences the test looks for.</param>
    /// <exception cref="AssumptionException">TooFew, NotFinite, OutOfRange.</exception>
    public static double OfTTest(double effect, int pairs, double alpha, Alternative alternative)
    {
        Sample.Require([effect]);
        Sample.RequireFraction(alpha, "The size of the test");
        AssumptionException.ThrowUnless(
            pairs >= 2,
            Assumption.TooFew,
            $"A paired test needs at least 2 pairs, and has {pairs}."
        );
        return OfStudent(effect * Math.Sqrt(pairs), pairs - 1, alpha, alternative);
    }

    /// <summary>Tails of the noncentral t distribution.</summary>
    /// <param name="noncentrality">True mean over the standard error of its estimate.</param>
    /// <param name="degrees">Degrees of freedom of that error, not necessarily whole.</param>
    /// <param name="alpha">Size of the test.</param>
    /// <param name="alternative">Which differences the test looks for.</param>
    internal static double OfStudent(double noncentrality, double degrees, double alpha, Alternative alternative)
    {
        var limit = -StudentT.Quantile(alternative == Alternative.TwoSided ? alpha / 2 : alpha, degrees);
        var upper = alternative == Alternative.Less ? 0 : NoncentralT.UpperTail(limit, degrees, noncentrality);
        var lower = alternative == Alternative.Greater ? 0 : NoncentralT.Cdf(-limit, degrees, noncentrality);
        return upper + lower;
    }

    /// <summary>
    /// The pairs that the signed-rank test needs where the t-test needs <paramref name="pairs"/>, for normal differences:
    /// pi/3 as many, by its asymptotic relative efficiency.
    /// </summary>
    public static int SignedRankPairsFromTTest(int pairs) => (int)Math.Ceiling(pairs / AsymptoticRelativeEfficiency);
}
