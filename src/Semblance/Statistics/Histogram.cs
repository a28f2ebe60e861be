namespace Semblance.Statistics;

/// <summary>How wide the bins of a histogram are. The number of bins is the range over the width, rounded up.</summary>
internal enum HistogramRule
{
    /// <summary>2 IQR n^(-1/3). D. Freedman and P. Diaconis (1981).</summary>
    FreedmanDiaconis,

    /// <summary>(24 sqrt(pi) / n)^(1/3) sd, sd with n. D. W. Scott (1979).</summary>
    Scott,

    /// <summary>range / (log2 n + 1). H. A. Sturges (1926).</summary>
    Sturges,

    /// <summary>range / sqrt n.</summary>
    SquareRoot,

    /// <summary>range / (2 n^(1/3)).</summary>
    Rice,
}

/// <summary>Counts of values in bins of equal width; as numpy.histogram.</summary>
/// <param name="Edges">
/// One more than there are bins. A value on an inner edge belongs to the bin right of it, the last edge to the last bin.
/// </param>
/// <param name="Counts">How many values each bin holds.</param>
internal sealed record Histogram(double[] Edges, int[] Counts)
{
    /// <summary>A rule that asks for more bins (one value far from many close ones) gets this many.</summary>
    public const int MostBins = 100_000;

    /// <summary>The histogram of at least one value; values that are all the same get one bin of width 1.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite; OutOfRange when the range exceeds a double.</exception>
    public static Histogram Of(ReadOnlySpan<double> values, HistogramRule rule = HistogramRule.FreedmanDiaconis)
    {
        Sample.Require(values);
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var range = sorted[^1] - sorted[0];
        if (double.IsInfinity(range))
        {
            throw new AssumptionException(
                Assumption.OutOfRange,
                FormattableString.Invariant($"No bins can span {sorted[0]} to {sorted[^1]}: scale the values down.")
            );
        }

        var width = Width(sorted, range, rule);
        var bins = width > 0 ? (int)Math.Min(MostBins, Math.Ceiling(range / width)) : 1;
        var edges = range > 0 ? EvenEdges(sorted[0], sorted[^1], bins) : [sorted[0] - 0.5, sorted[0] + 0.5];
        return new Histogram(edges, Count(sorted, edges));
    }

    // The operations and their order are numpy's: the number of bins may hinge on the last bit.
    private static double Width(double[] sorted, double range, HistogramRule rule)
    {
        double n = sorted.Length;
        return rule switch
        {
            HistogramRule.FreedmanDiaconis => 2
                * (Descriptive.QuantileOfSorted(sorted, 0.75) - Descriptive.QuantileOfSorted(sorted, 0.25))
                * Math.Pow(n, -1.0 / 3),
            HistogramRule.Scott => range > 0
                ? Math.Pow(24 * Math.Sqrt(Math.PI) / n, 1.0 / 3)
                    * Descriptive.StandardDeviation(sorted)
                    * Math.Sqrt((n - 1) / n)
                : 0,
            HistogramRule.Sturges => range / (Math.Log2(n) + 1),
            HistogramRule.SquareRoot => range / Math.Sqrt(n),
            HistogramRule.Rice => range / (2 * Math.Pow(n, 1.0 / 3)),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "No such rule."),
        };
    }

    private static double[] EvenEdges(double first, double last, int bins)
    {
        var step = (last - first) / bins;
        var edges = new double[bins + 1];
        for (var i = 0; i < bins; i++)
        {
            edges[i] = (i * step) + first;
        }

        edges[bins] = last;
        return edges;
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
