using System.Numerics;

namespace Semblance.Statistics.Distributions;

/// <summary>
/// The exact law of the sum of a random subset of whole numbers, each taken or left with chance 1/2: the signed-rank
/// statistic (weights are ranks) and the sign-flip test (weights are absolute differences), ties and zeros included.
/// </summary>
/// <remarks>
/// Counted by the recurrence count(s) += count(s - weight) for two halves of the weights; a tail is then the sum over
/// one half of its law times the tail of the other. Each half is symmetric, so that only half of it is counted. Every
/// term is positive: small tails keep their relative precision, down to 1e-300.
/// </remarks>
internal sealed class SubsetSum
{
    private static RankLaw? _latest;

    private readonly double[] _first;
    private readonly double[] _secondTail;
    private readonly long _divisor;

    /// <summary>Counts the sums of all subsets.</summary>
    /// <param name="weights">Whole numbers, none negative.</param>
    public SubsetSum(IReadOnlyList<long> weights)
    {
        Total = weights.Sum();
        _divisor = Divisor(weights);
        var ordered = weights.Select(w => (int)(w / _divisor)).Order().ToArray();
        _first = Law([.. ordered.Where((_, i) => i % 2 == 0)]);
        _secondTail = Law([.. ordered.Where((_, i) => i % 2 == 1)]);
        for (var i = 1; i < _secondTail.Length; i++)
        {
            _secondTail[i] += _secondTail[i - 1];
        }
    }

    /// <summary>The sum of all weights.</summary>
    public long Total { get; }

    /// <summary>The law of the ranks 1 to n without ties. The latest is kept, since many tests of one study share it.</summary>
    public static SubsetSum OfRanks(int n)
    {
        var latest = _latest;
        if (latest is null || latest.Count != n)
        {
            latest = new RankLaw(n, new SubsetSum([.. Enumerable.Range(1, n).Select(i => (long)i)]));
            _latest = latest;
        }

        return latest.Law;
    }

    /// <summary>How many numbers a count would hold, by which a caller can decide whether to count at all.</summary>
    public static long Size(IReadOnlyList<long> weights) => weights.Sum() / Divisor(weights);

    /// <summary>The chance P(sum &lt;= s).</summary>
    public double Cdf(long s)
    {
        if (s < 0 || s >= Total)
        {
            return s < 0 ? 0 : 1;
        }

        // Above the middle the sums up to s are those that are not among the mirrored rest.
        var scaled = s / _divisor;
        var total = Total / _divisor;
        return 2 * scaled >= total ? 1 - LowerTail(total - scaled - 1) : LowerTail(scaled);
    }

    /// <summary>The chance P(sum &gt;= s).</summary>
    public double UpperTail(long s) => Cdf(Total - s);

    private double LowerTail(long s)
    {
        var sum = 0.0;
        for (var a = 0; a < _first.Length && a <= s; a++)
        {
            sum += _first[a] * _secondTail[Math.Min(s - a, _secondTail.Length - 1)];
        }

        return sum;
    }

    private static long Divisor(IReadOnlyList<long> weights)
    {
        var divisor = weights.Aggregate(0L, (a, b) => (long)BigInteger.GreatestCommonDivisor(a, b));
        return Math.Max(1, divisor);
    }

    // P(sum = s) for s = 0 ... total, of weights in rising order. Only the lower half is counted; the law is symmetric.
    private static double[] Law(int[] weights)
    {
        var total = weights.Sum();
        var half = (total / 2) + 1;

        // A weight of 0 changes nothing, and makes their number even; one above the half reaches nothing in it.
        int[] even = [.. weights.Length % 2 == 0 ? [] : new int[1], .. weights.Select(w => Math.Min(w, half))];

        // Zeros before the law stand for the sums below 0.
        var below = even.Length == 0 ? 0 : even[^1] + even[^2];
        var counted = new double[below + half];
        counted[below] = 1;
        var reach = 0;
        for (var i = 0; i < even.Length; i += 2)
        {
            reach = Math.Min(reach + even[i] + even[i + 1], half - 1);
            Add(counted, below, below + reach + 1, even[i], even[i + 1]);
        }

        var law = new double[total + 1];
        for (var s = 0; s <= total; s++)
        {
            law[s] = counted[below + Math.Min(s, total - s)];
        }

        return law;
    }

    // Two weights in one pass over memory: law(s) becomes the mean of law(s), law(s - a), law(s - b), law(s - a - b), from
    // the top down, so that the right side is still the old law.
    private static void Add(double[] law, int start, int end, int a, int b)
    {
        var width = Vector<double>.Count;
        var s = end;
        for (; a >= width && s - width >= start; s -= width)
        {
            var at = s - width;
            var sum =
                new Vector<double>(law, at)
                + new Vector<double>(law, at - a)
                + new Vector<double>(law, at - b)
                + new Vector<double>(law, at - a - b);
            (sum * 0.25).CopyTo(law, at);
        }

        for (s--; s >= start; s--)
        {
            law[s] = 0.25 * (law[s] + law[s - a] + law[s - b] + law[s - a - b]);
        }
    }

    private sealed record RankLaw(int Count, SubsetSum Law);
}
