using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class LargestDeviateTests
{
    private static readonly double[][] Independent =
    [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
    ];

    private static readonly (int?, int)[] AllPairs = [(0, 1), (0, 2), (1, 2)];
    private static readonly (int?, int)[] Means = [(null, 0), (null, 1), (null, 2)];

    /// <summary>All pairs of equally exact means are Tukey's case: the studentised range of 3 means, 3.314493, over sqrt 2.</summary>
    [Fact]
    public void All_pairs_are_Tukeys() =>
        Assert.Equal(3.314493 / Math.Sqrt(2), LargestDeviate.Quantile(Independent, AllPairs, 0.95, 1), 0.03);

    /// <summary>Of three independent means (2 Phi(c) - 1)^3 = 0.95, so Phi(c) = (1 + 0.95^(1/3)) / 2 and c = 2.3877.</summary>
    [Fact]
    public void Independent_means_are_Sidaks()
    {
        Assert.Equal(2.3877, LargestDeviate.Quantile(Independent, Means, 0.95, 1), 0.03);
        Assert.Equal((1 - Math.Cbrt(0.95)) / 2, LargestDeviate.Tail(Independent, Means, 0.95, 1), 0.0006);
    }

    [Fact]
    public void One_contrast_and_contrasts_that_are_the_same_are_single()
    {
        Assert.Equal(1.959964, LargestDeviate.Quantile(Independent, [(0, 1)], 0.95, 1), 0.03);
        double[][] same =
        [
            [2, 2, 2],
            [2, 2, 2],
            [2, 2, 2],
        ];
        Assert.Equal(1.959964, LargestDeviate.Quantile(same, Means, 0.95, 1), 0.03);

        // Differences of equal means do not vary, and have no say.
        Assert.Equal(0.025, LargestDeviate.Tail(same, AllPairs, 0.95, 1), 1e-12);
    }

    /// <summary>Of two means that correlate by 1/2 the difference has a variance of 1 + 1 - 2/2 = 1, and is one deviate.</summary>
    [Fact]
    public void A_difference_of_correlated_means_is_in_units_of_its_own_error()
    {
        double[][] correlated =
        [
            [1, 0.5],
            [0.5, 1],
        ];
        Assert.Equal(1.959964, LargestDeviate.Quantile(correlated, [(0, 1)], 0.95, 1), 0.03);
    }

    /// <summary>Two means that correlate by 1/2: 2.212 (Dunnett's two-sided table for two treatments and one control).</summary>
    [Fact]
    public void Two_treatments_against_one_control_are_Dunnetts() =>
        Assert.Equal(2.212, LargestDeviate.Quantile(Independent, [(0, 1), (0, 2)], 0.95, 1), 0.03);
}
