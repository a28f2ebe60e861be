using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The Kruskal-Wallis test: do two or more independent groups rank alike? Corrected for ties. Scores of the same prompts
/// are not independent; <see cref="Friedman"/> is for them.
/// </summary>
/// <remarks>
/// W. H. Kruskal and W. A. Wallis, "Use of ranks in one-criterion variance analysis", JASA 47 (1952). Effect sizes:
/// M. Tomczak and E. Tomczak, "The need to report effect size estimates revisited", Trends in Sport Sciences 21 (2014).
/// </remarks>
/// <param name="H">Chi squared with k - 1 degrees of freedom under the null hypothesis.</param>
/// <param name="DegreesOfFreedom">k - 1.</param>
/// <param name="PValue">Upper tail of chi squared.</param>
/// <param name="EpsilonSquared">H / (n - 1), 0 to 1: the share of the variance of ranks between the groups.</param>
/// <param name="EtaSquared">(H - k + 1) / (n - k), which may be negative; null where every group has one value.</param>
internal sealed record KruskalWallis(
    double H,
    int DegreesOfFreedom,
    double PValue,
    double EpsilonSquared,
    double? EtaSquared
)
{
    /// <summary>Tests groups.</summary>
    /// <param name="groups">At least two groups of at least one value each; not all values the same.</param>
    /// <exception cref="AssumptionException">TooFew, Empty, NotFinite or NoVariation.</exception>
    public static KruskalWallis Of(IReadOnlyList<double[]> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var k = groups.Count;
        if (k < 2)
        {
            throw new AssumptionException(
                Assumption.TooFew,
                FormattableString.Invariant($"Comparing groups needs at least 2 groups, and there are {k}.")
            );
        }

        foreach (var group in groups)
        {
            Sample.Require(group);
        }

        double[] pooled = [.. groups.SelectMany(group => group)];
        Sample.RequireVariation(pooled);
        var ranks = Ranks.Of(pooled, out var ties);
        double n = pooled.Length;
        var between = 0.0;
        var start = 0;
        foreach (var group in groups)
        {
            var off = Descriptive.Mean(ranks.AsSpan(start, group.Length)) - ((n + 1) / 2);
            between += group.Length * off * off;
            start += group.Length;
        }

        var h = 12 * (n - 1) * between / ((n * n * n) - n - ties);
        return new KruskalWallis(
            h,
            k - 1,
            ChiSquared.UpperTail(h, k - 1),
            h / (n - 1),
            n > k ? (h - k + 1) / (n - k) : null
        );
    }
}
