namespace Semblance.Models.Tests;

/// <summary>How far the values of a deep module may be from the reference's.</summary>
internal static class Closeness
{
    /// <summary>
    /// No value is farther than the tolerance times the largest reference value (times 1 where all are smaller). Rounding
    /// is relative: PyTorch's own float32 drifts from float64 by as much more as a module's values are larger, and cases
    /// state their tolerance for the network's result, whose values are of about 1.
    /// </summary>
    public static void Assert(string what, float[] expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Xunit.Assert.True(actual.Length == expected.Length, $"{what}: {actual.Length} values, not {expected.Length}");
        var (off, largest) = (0d, 1d);
        for (var i = 0; i < expected.Length; i++)
        {
            var distance = Math.Abs((double)expected[i] - actual[i]);
            off = double.IsNaN(distance) ? double.PositiveInfinity : Math.Max(off, distance);
            largest = Math.Max(largest, Math.Abs(expected[i]));
        }

        Xunit.Assert.True(off <= tolerance * largest, $"{what}: {off} at values of up to {largest}");
    }
}
