namespace Semblance.Models.Tests;

public sealed class ClosenessTests
{
    [Theory]
    [InlineData(0.5f, 0.5009f, true)]
    [InlineData(0.5f, 0.5011f, false)]
    [InlineData(12f, 12.011f, true)]
    [InlineData(12f, 12.013f, false)]
    [InlineData(0.5f, float.NaN, false)]
    public void Distances_count_relative_to_the_largest_value_from_1_on(float expected, float actual, bool close)
    {
        var fault = Record.Exception(() => Closeness.Assert("x", [expected, 0], [actual, 0], 1e-3));

        Assert.Equal(close, fault is null);
    }
}
