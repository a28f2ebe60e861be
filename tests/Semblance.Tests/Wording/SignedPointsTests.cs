using Semblance.Tests.Comparison;
using Semblance.Wording;

namespace Semblance.Tests.Wording;

public sealed class SignedPointsTests
{
    [Theory]
    [InlineData(1.2, 0.1, 2.3, "+1.20 (+0.10 to +2.30)")]
    [InlineData(-1.2, -2.3, 0.1, "-1.20 (-2.30 to +0.10)")]
    [InlineData(0, 0, 0, "0.00 (0.00 to 0.00)")]
    // An interval that leaves out 0 shows it, one that does not need not.
    [InlineData(0.00093, 0.00073, 0.00114, "+0.00093 (+0.00073 to +0.00114)")]
    [InlineData(-0.5, -1, -0.0012, "-0.5000 (-1.0000 to -0.0012)")]
    [InlineData(0.004, -0.5, 0.51, "0.00 (-0.50 to +0.51)")]
    // Nothing but its width would be left of it.
    [InlineData(0.00001, -0.00002, 0.00004, "+0.000010 (-0.000020 to +0.000040)")]
    [InlineData(1, 0.005, 2, "+1.00 (+0.01 to +2.00)")]
    [InlineData(1e-14, 1e-15, 1e-13, "0.0000000000 (0.0000000000 to 0.0000000000)")]
    public void Decimals_show_the_sign(double value, double low, double high, string expected)
    {
        var decimals = SignedPoints.Decimals(value, low, high);
        Assert.Equal(
            expected,
            $"{SignedPoints.Of(value, decimals)} ({SignedPoints.Of(low, decimals)} to {SignedPoints.Of(high, decimals)})"
        );
    }

    [Fact]
    public void A_tiny_but_certain_difference_is_not_rounded_away()
    {
        var differences = Enumerable.Range(0, 20).Select(i => 0.001 + (0.0001 * (i % 7))).ToArray();
        var verdict = Scores.Compare(Scores.WithDifferences(differences)).Verdict;
        Assert.Matches(@"= \+0\.0013\d* points on average \(95% interval \+0\.0012\d* to \+0\.0014", verdict);
    }
}
