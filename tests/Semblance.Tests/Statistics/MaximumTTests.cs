using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Tests.Statistics;

public sealed class MaximumTTests
{
    private static readonly double[][] Independent =
    [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
    ];

    private static readonly (int?, int)[] AllPairs = [(0, 1), (0, 2), (1, 2)];

    /// <summary>All pairs of equally exact means are Tukey's case: the studentised range over sqrt 2, of 3 means 3.3145 and, for 10 degrees, 3.877.</summary>
    [Theory]
    [InlineData(1e6, 3.314493)]
    [InlineData(10, 3.877)]
    public void All_pairs_are_Tukeys(double degrees, double range) =>
        Assert.Equal(range / Math.Sqrt(2), MaximumT.Quantile(Independent, AllPairs, degrees, 0.95, 1), 0.03);

    /// <summary>Of three independent normal means: (2 Phi(c) - 1)^3 = 0.95, so Phi(c) = (1 + 0.95^(1/3)) / 2 and c = 2.3877.</summary>
    [Fact]
    public void Independent_means_are_Sidaks() =>
        Assert.Equal(2.3877, MaximumT.Quantile(Independent, [(null, 0), (null, 1), (null, 2)], 1e6, 0.95, 1), 0.03);

    [Fact]
    public void One_contrast_and_contrasts_that_are_the_same_are_Students()
    {
        var student = StudentT.Quantile(0.975, 8);
        Assert.Equal(student, MaximumT.Quantile(Independent, [(0, 1)], 8, 0.95, 1), 0.04);
        double[][] same =
        [
            [2, 2, 2],
            [2, 2, 2],
            [2, 2, 2],
        ];
        Assert.Equal(student, MaximumT.Quantile(same, [(null, 0), (null, 1), (null, 2)], 8, 0.95, 1), 0.04);

        // Differences of equal means do not vary, and have no say.
        Assert.Equal(student, MaximumT.Quantile(same, AllPairs, 8, 0.95, 1), 1e-12);
    }

    /// <summary>Two means with correlation 1/2: P(max |Z| at most c) = 0.95 at c = 2.212 (Dunnett's two-sided table for two treatments).</summary>
    [Fact]
    public void Two_treatments_against_one_control_are_Dunnetts() =>
        Assert.Equal(2.212, MaximumT.Quantile(Independent, [(0, 1), (0, 2)], 1e6, 0.95, 1), 0.03);
}
