namespace Semblance.Statistics;

/// <summary>
/// Counts of values in bins of equal width 2 IQR n^(-1/3) or a little less, so that they fill the range (D. Freedman and
/// P. Diaconis 1981); as <c>numpy.histogram(x, "fd")</c>.
/// </summary>
/// <param name="Edges">
/// One more than there are bins. A value on an inner edge belongs to the bin right of it, the last edge to the last bin.
/// </param>
/// <param name="Counts">How many values each bin holds.</param>
public sealed record Histogram(double[] Edges, int[] Counts)
{
    /// <summary>The most bins: the rule asks for more where one value lies far from many close ones.</summary>
    public const int MostBins = 100_000;

    /// <summary>The histogram of at least one value; values that are all the same get one bin of width 1.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite; OutOfRange when the range exceeds a double.</exception>
    public static Histogram Of(ReadOnlySpan<double> values)
    {
        Sample.Require(values);
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var (first, last) = (sorted[0], sorted[^1]);
        var range = last - first;
        AssumptionException.ThrowUnless(
            double.IsFinite(range),
            Assumption.OutOfRange,
            $"No bins can span {first} to {last}: scale the values down."
        );
        var quarters = Descriptive.QuantileOfSorted(sorted, 0.75) - Descriptive.QuantileOfSorted(sorted, 0.25);

        // The operations and their order are numpy's: the number of bins may hinge on the last bit.
        var width = 2 * quarters * Math.Pow(sorted.Length, -1.0 / 3);
        var bins = width > 0 ? (int)Math.Min(MostBins, Math.Ceiling(range / width)) : 1;
        var step = range / bins;
        double[] edges =
            range > 0
                ? [.. Enumerable.Range(0, bins).Select(i => (i * step) + first), last]
                : [first - 0.5, first + 0.5];
        return new Histogram(edges, Count(sorted, edges));
    }

    private static int[] Count(double[] sorted, double[] edges)
    {
        var counts = new int[edges.Length - 1];
        var bin = 0;
        foreach (var value in sorted)
        {
            while (bin < counts.Length - 1 && value >= edges[bin + 1])
            {
                bin++;
            }

            counts[bin]++;
        }

        return counts;
    }
}
