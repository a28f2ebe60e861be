using Semblance.Consistency;

namespace Semblance.Tests.Consistency;

public sealed class OutliersTests
{
    [Fact]
    public void Worked_by_hand_for_four()
    {
        // Spacings 3 (81 - 80) = 3 and 2 (80 - 79) = 2 below the gap, mean 2.5; F(2, 4) at 2.5%: 2 (0.025^-0.5 - 1) = 10.649; gap 26.62.
        Assert.Equal([1], Outliers.Of([80, 52.3, 79, 81]));
        Assert.Empty(Outliers.Of([80, 52.4, 79, 81]));
    }

    [Fact]
    public void Worked_by_hand_for_seven()
    {
        // Five spacings, 6 x 1 + 5 x 1 + 4 x 1 + 3 x 1 + 2 x 1 = 20, mean 4; F(2, 10): 5 (0.025^-0.2 - 1) = 5.456; gap 21.83.
        Assert.Equal([5], Outliers.Of([78, 79, 80, 81, 82, 55.1, 77]));
        Assert.Empty(Outliers.Of([78, 79, 80, 81, 82, 55.2, 77]));
    }

    [Fact]
    public void Two_that_stand_together_are_found_together()
    {
        double[] values = [80, 80.3, 80.7, 81.2, 81.8, 82.1, 82.3, 82.9, 83, 60, 60.1];
        Assert.Equal([9, 10], Outliers.Of(values));
    }

    [Fact]
    public void High_values_are_no_outliers() => Assert.Empty(Outliers.Of([50, 50.1, 49.9, 50, 99]));

    [Fact]
    public void Among_equal_values_one_lower_by_a_point_stands_out_but_less_does_not()
    {
        Assert.Equal([1], Outliers.Of([60, 59, 60, 60, 60]));
        Assert.Empty(Outliers.Of([60, 59.01, 60, 60, 60]));
        Assert.Empty(Outliers.Of([60, 60 - 1e-12, 60, 60, 60]));
    }

    [Theory]
    [InlineData()]
    [InlineData(60.0)]
    [InlineData(60.0, 20.0)]
    [InlineData(80.04, 89.73, 89.79)]
    public void Fewer_than_four_have_no_outliers(params double[] values) => Assert.Empty(Outliers.Of(values));

    [Fact]
    public void No_more_than_a_fifth_are_outliers()
    {
        double[] values = [.. Enumerable.Repeat(80.0, 8), .. Enumerable.Repeat(20.0, 2)];
        Assert.Equal([8, 9], Outliers.Of(values));
        Assert.Empty(Outliers.Of([.. values, 20]));
    }

    [Fact]
    public void Thousands_of_images_take_no_time() =>
        Assert.Single(Outliers.Of([.. Enumerable.Range(0, 200_000).Select(i => 80 + Math.Sin(i)), 10]));

    [Fact]
    public void The_stray_image_of_a_tight_set_is_found()
    {
        const int Dimension = 64;
        var set = Sets.Round(20, Dimension, 0.3, 1);
        Sets.Round(1, Dimension, 0.3, 2).Values.CopyTo(set.Values.AsSpan(7 * Dimension));
        var score = ConsistencyScore.Of(set.Values, Dimension);
        Assert.Equal(7, score.Outlier);
        Assert.Equal([7], Outliers.Of(score.PerImage));
    }
}
