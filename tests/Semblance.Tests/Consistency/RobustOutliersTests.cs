using Semblance.Consistency;

namespace Semblance.Tests.Consistency;

public sealed class RobustOutliersTests
{
    [Fact]
    public void Worked_by_hand()
    {
        // Median 80, deviations 2, 1, 0, 1, 2 and those of the far values: MAD 2 with seven values, limit 80 - 8.8956.
        Assert.Equal([5], RobustOutliers.Of([78, 79, 80, 81, 82, 71.1, 90]));
        Assert.Empty(RobustOutliers.Of([78, 79, 80, 81, 82, 71.2, 90]));
    }

    [Fact]
    public void High_values_are_no_outliers() => Assert.Empty(RobustOutliers.Of([50, 50.1, 49.9, 50, 99]));

    [Fact]
    public void Among_equal_values_a_lower_one_stands_out_but_rounding_does_not()
    {
        Assert.Equal([1], RobustOutliers.Of([60, 59, 60, 60, 60]));
        Assert.Empty(RobustOutliers.Of([60, 60 - 1e-12, 60, 60, 60]));
    }

    [Fact]
    public void Nothing_has_no_outliers() => Assert.Empty(RobustOutliers.Of([]));

    [Fact]
    public void The_stray_image_of_a_tight_set_is_found()
    {
        const int Dimension = 64;
        var set = Sets.Round(20, Dimension, 0.3, 1);
        Sets.Round(1, Dimension, 0.3, 2).Values.CopyTo(set.Values.AsSpan(7 * Dimension));
        var score = ConsistencyScore.Of(set.Values, Dimension);
        Assert.Equal(7, score.Outlier);
        Assert.Equal([7], RobustOutliers.Of(score.PerImage));
    }
}
