using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>
/// Differences of paired scores, rounded to ten decimals. A score is good to about 1e-12, and 85.3 - 85.1 and 85.6 - 85.4
/// are one difference though their doubles differ: what ties in the table must tie in the ranks.
/// </summary>
internal static class PairedDifferences
{
    private const int Decimals = 10;

    /// <summary>Second - first, prompt by prompt, [n].</summary>
    public static double[] Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second) =>
        Array.ConvertAll(Sample.Differences(first, second), Rounded);

    /// <summary>Whether the differences are not all the same.</summary>
    /// <param name="d">At least one.</param>
    public static bool Vary(ReadOnlySpan<double> d) => d.IndexOfAnyExcept(d[0]) >= 0;

    /// <summary>The number itself, but 0 for what rounding leaves of it.</summary>
    public static double OrZero(double value) => Rounded(value) == 0 ? 0 : value;

    /// <summary>A number of score points without what subtraction leaves behind the tenth decimal.</summary>
    public static double Rounded(double value) => Math.Round(value, Decimals);
}
