using Semblance.Agreement;

namespace Semblance.Tests.Agreement;

public sealed class TwoWayIntervalTests
{
    /// <summary>Worked by hand: 3^2 / (1^2 / 10 + 2^2 / 4) = 9 / 1.1; with half of the raters' part taken off 2^2 / 1.1.</summary>
    [Theory]
    [InlineData(3, 9 / 1.1)]
    [InlineData(2, 4 / 1.1)]
    public void What_is_taken_off_the_jackknife_makes_it_no_more_certain(double variance, double degrees) =>
        Assert.Equal(degrees, TwoWayInterval.Degrees(variance, 1, 2, prompts: 9, raters: 3), 1e-12);
}
