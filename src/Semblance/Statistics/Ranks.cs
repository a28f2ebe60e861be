namespace Semblance.Statistics;

/// <summary>Ranks from 1 for the smallest value; tied values share the mean of their ranks.</summary>
internal static class Ranks
{
    /// <summary>The rank of each value, in the order given.</summary>
    public static double[] Of(ReadOnlySpan<double> values) => Of(values, out _);

    /// <summary>The rank of each value, in the order given.</summary>
    /// <param name="values">Any number of values, none of them NaN.</param>
    /// <param name="ties">Sum of t^3 - t over the groups of t tied values, which the corrections for ties need.</param>
    public static double[] Of(ReadOnlySpan<double> values, out double ties)
    {
        var sorted = values.ToArray();
        var order = new int[sorted.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(sorted, order);
        var ranks = new double[sorted.Length];
        ties = 0;
        for (var start = 0; start < sorted.Length; )
        {
            var end = start + 1;
            for (; end < sorted.Length && sorted[end] == sorted[start]; end++) { }

            double tied = end - start;
            ties += (tied * tied * tied) - tied;
            foreach (var i in order.AsSpan(start, end - start))
            {
                ranks[i] = (start + 1 + end) / 2.0;
            }

            start = end;
        }

        return ranks;
    }

    /// <summary>How many of ascending values are below a limit.</summary>
    public static int CountBelow(ReadOnlySpan<double> sorted, double limit)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] < limit ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
