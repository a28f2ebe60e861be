namespace Semblance.Statistics;

/// <summary>
/// Order statistics of the n (n + 1) / 2 Walsh averages (d_i + d_j) / 2, i &lt;= j, without holding them: 50 million for
/// 10,000 differences.
/// </summary>
/// <remarks>
/// Averages at or below a value are counted in one pass over the sorted differences, since rounded sums are monotone in
/// both terms; the k-th is found by bisecting the doubles themselves, in at most 64 passes and without any rounding.
/// </remarks>
internal sealed class WalshAverages
{
    private readonly double[] _sorted;

    /// <summary>The averages of at least one finite difference.</summary>
    public WalshAverages(ReadOnlySpan<double> differences)
    {
        _sorted = differences.ToArray();
        Array.Sort(_sorted);
    }

    /// <summary>How many averages there are.</summary>
    public long Count => (long)_sorted.Length * (_sorted.Length + 1) / 2;

    /// <summary>The k-th smallest, k from 1 to <see cref="Count"/>.</summary>
    public double At(long k)
    {
        var (low, high) = (Order(_sorted[0]), Order(_sorted[^1]));
        while (low < high)
        {
            var middle = low + ((high - low) >> 1);
            (low, high) = CountUpTo(Value(middle)) >= k ? (low, middle) : (middle + 1, high);
        }

        return Value(low);
    }

    /// <summary>How many are at or below a limit.</summary>
    public long CountUpTo(double limit)
    {
        // i falls as j rises.
        var count = 0L;
        var j = _sorted.Length - 1;
        for (var i = 0; i < _sorted.Length; i++)
        {
            while (j >= i && Average(i, j) > limit)
            {
                j--;
            }

            if (j < i)
            {
                break;
            }

            count += j - i + 1;
        }

        return count;
    }

    private double Average(int i, int j) => (_sorted[i] + _sorted[j]) / 2;

    // Doubles in their order as whole numbers; the difference of two finite ones fits unsigned in 64 bits.
    private static Int128 Order(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        return bits >= 0 ? bits : (Int128)long.MinValue - bits;
    }

    private static double Value(Int128 order) =>
        BitConverter.Int64BitsToDouble(order >= 0 ? (long)order : (long)(long.MinValue - order));
}
