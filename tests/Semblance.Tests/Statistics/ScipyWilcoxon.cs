using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

/// <summary>What the scipy of the fixtures makes of a signed-rank test; that of the paper is another.</summary>
internal static class ScipyWilcoxon
{
    /// <summary>What <c>scipy.stats.wilcoxon</c> (1.13 and later) chooses by itself: exact, permutation (exact too) or asymptotic.</summary>
    public static string Method(WilcoxonSignedRank test) =>
        test.Pairs > 50 ? "asymptotic"
        : test is { HasTies: false, Zeros: 0 } ? "exact"
        : test.Pairs <= 13 ? "permutation"
        : "asymptotic";
}
