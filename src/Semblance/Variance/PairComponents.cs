using Semblance.Statistics;

namespace Semblance.Variance;

/// <summary>
/// The two components of the variance of a mean over pairs of images, a U-statistic of degree 2 (Hoeffding 1948). With a
/// kernel k, the similarity of two images: zeta1 = Cov(k(X1, X2), k(X1, X3)), what one image carries into all its pairs,
/// and zeta2 = Var k(X1, X2), what one pair has. Unbiased estimates, which may be negative and stay so: after clipping they
/// could not be averaged over prompts.
/// </summary>
/// <param name="Zeta1">In squared score points.</param>
/// <param name="Zeta2">In squared score points.</param>
public sealed record PairComponents(double Zeta1, double Zeta2)
{
    /// <summary>Variance of the mean over all pairs of <paramref name="images"/> images: [2 (S - 2) zeta1 + zeta2] / (S (S - 1) / 2).</summary>
    /// <param name="images">Images (seeds) per set, S, at least 2.</param>
    /// <exception cref="AssumptionException">TooFew: one image makes no pair.</exception>
    public double VarianceAt(int images)
    {
        AssumptionException.ThrowUnless(
            images >= 2,
            Assumption.TooFew,
            $"A score needs at least two seeds per prompt, and there are {images}."
        );
        var s = (double)images;
        return ((2 * (s - 2) * Zeta1) + Zeta2) / (s * (s - 1) / 2);
    }

    /// <summary>
    /// The components of one set from what its score already knows: the sums R_i from the images' means, Q from the spread
    /// of the pairs (<see cref="PairKernel.Components()"/>). O(n). Null below four images, and where the pairs were not
    /// looked at.
    /// </summary>
    /// <param name="perImage">Mean similarity of each image to the others, [n].</param>
    /// <param name="pairStandardDeviation">Of the similarities of all pairs (n - 1 form); null where not all were looked at.</param>
    public static PairComponents? Of(IReadOnlyList<double> perImage, double? pairStandardDeviation)
    {
        ArgumentNullException.ThrowIfNull(perImage);
        if (perImage.Count < 4 || pairStandardDeviation is not { } spread)
        {
            return null;
        }

        var n = (double)perImage.Count;
        var mean = perImage.Average();
        var rowSquares = perImage.Sum(x => (x - mean) * (x - mean)) * (n - 1) * (n - 1);
        return PairKernel.Components(n, 0, rowSquares, 2 * ((n * (n - 1) / 2) - 1) * spread * spread);
    }

    /// <summary>The components of a difference of two means whose images are independent: variances add, and so do the components.</summary>
    public static PairComponents operator +(PairComponents left, PairComponents right) => left.Add(right);

    /// <inheritdoc cref="op_Addition"/>
    public PairComponents Add(PairComponents other) => new(Zeta1 + other.Zeta1, Zeta2 + other.Zeta2);

    /// <summary>The mean of the components of several sets, each weighing the same.</summary>
    /// <param name="sets">At least one.</param>
    public static PairComponents Mean(IReadOnlyCollection<PairComponents> sets) =>
        new(sets.Average(x => x.Zeta1), sets.Average(x => x.Zeta2));
}
