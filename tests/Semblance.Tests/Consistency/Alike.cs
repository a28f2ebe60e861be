using Semblance.Consistency;

namespace Semblance.Tests.Consistency;

/// <summary>Whether two results are the same to the tolerances of the golden values.</summary>
internal static class Alike
{
    public static void Assert(SetConsistency expected, SetConsistency actual)
    {
        Xunit.Assert.Equal(expected.Images, actual.Images);
        Xunit.Assert.Equal(expected.Scs, actual.Scs, 1e-9);
        Xunit.Assert.Equal(expected.Unclamped, actual.Unclamped, 1e-9);
        Near(expected.StandardError, actual.StandardError, 1e-7);
        Near(expected.PairStandardDeviation, actual.PairStandardDeviation, 1e-7);
        Near(expected.MinPair, actual.MinPair, 1e-9);
        Near(expected.MaxPair, actual.MaxPair, 1e-9);
        Xunit.Assert.Equal(expected.NegativePairs, actual.NegativePairs);
        Xunit.Assert.Equal(expected.PerImage.Length, actual.PerImage.Length);
        for (var i = 0; i < expected.PerImage.Length; i++)
        {
            Xunit.Assert.Equal(expected.PerImage[i], actual.PerImage[i], 1e-9);
        }

        Xunit.Assert.Equal(expected.PerImage.Max(), expected.PerImage[actual.Medoid], 2e-9);
        Xunit.Assert.Equal(expected.PerImage.Min(), expected.PerImage[actual.Outlier], 2e-9);
    }

    public static void Near(double? expected, double? actual, double tolerance)
    {
        Xunit.Assert.Equal(expected is null, actual is null);
        if (expected is { } value)
        {
            Xunit.Assert.Equal(value, actual!.Value, tolerance);
        }
    }
}
