using Semblance.Agreement;

namespace Semblance.Tests.Agreement;

public sealed class CurveFiguresTests
{
    /// <summary>
    /// Worked by hand: ln(4 / 1) / 2 = 0.693147, times Student's quantile of 60 degrees over the normal one,
    /// 2.000298 / 1.959964 = 1.020579, is 0.707411; 2 exp(-0.707411) and 2 exp(0.707411).
    /// </summary>
    [Fact]
    public void Limits_about_a_logarithm_are_Students_with_the_spread_of_the_resamples()
    {
        var (low, high) = CurveFigures.Around(2, 1, 4, 0.95, prompts: 61);
        Assert.Equal(0.985836, low!.Value, 1e-5);
        Assert.Equal(4.057469, high!.Value, 1e-5);
    }

    /// <summary>Without an end above, or where resamples part the votes without exception, the quantiles stand.</summary>
    [Theory]
    [InlineData(2.0, 1.0, null)]
    [InlineData(2.0, 0.0, 4.0)]
    [InlineData(null, 1.0, 4.0)]
    public void Limits_without_a_spread_are_the_quantiles(double? seen, double? low, double? high) =>
        Assert.Equal((low, high), CurveFigures.Around(seen, low, high, 0.95, prompts: 61));
}
