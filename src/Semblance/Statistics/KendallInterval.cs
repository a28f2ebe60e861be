using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The interval of Kendall's tau-b: its delete-one jackknife (Arvesen, "Jackknifing U-statistics", 1969) on Fisher's scale
/// atanh(tau), where an interval cannot leave -1 to 1, with Student's t.
/// </summary>
public static class KendallInterval
{
    /// <summary>The interval, in O(n^2); null where tau is -1 or 1 or leaving one out leaves no variation.</summary>
    /// <param name="x">[n], not all the same.</param>
    /// <param name="y">[n], not all the same.</param>
    /// <param name="clusters">Of each pair, from 0: what is left out at once; null where each is its own.</param>
    /// <param name="level">Between 0 and 1.</param>
    /// <exception cref="AssumptionException">As <see cref="Kendall.Of"/>; OutOfRange for the level.</exception>
    public static Interval? Of(
        ReadOnlySpan<double> x,
        ReadOnlySpan<double> y,
        int[]? clusters = null,
        double level = 0.95
    )
    {
        Sample.RequireFraction(level);
        var tau = Kendall.Of(x, y).TauB;
        var n = x.Length;
        var units = clusters ?? Enumerable.Range(0, n).ToArray();
        var count = units.Max() + 1;

        // All pairs that a unit is in, those within it once: concordant less discordant, x differs, y differs.
        var own = new Pairs[count];
        var all = default(Pairs);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (dx, dy) = (x[i].CompareTo(x[j]), y[i].CompareTo(y[j]));
                var pair = new Pairs(Math.Sign(dx) * Math.Sign(dy), Math.Abs(Math.Sign(dx)), Math.Abs(Math.Sign(dy)));
                all += pair;
                own[units[i]] += pair;
                if (units[i] != units[j])
                {
                    own[units[j]] += pair;
                }
            }
        }

        double[] without = [.. own.Select(one => (all - one).TauB)];
        if (Math.Abs(tau) > 1 - 1e-12 || count < 3 || !without.All(double.IsFinite))
        {
            return null;
        }

        var mean = without.Average();
        var error = Math.Sqrt((count - 1.0) / count * without.Sum(one => (one - mean) * (one - mean)));
        var half = StudentT.Quantile((1 + level) / 2, count - 1) * error / (1 - (tau * tau));
        return new Interval(Math.Tanh(Math.Atanh(tau) - half), Math.Tanh(Math.Atanh(tau) + half));
    }

    private readonly record struct Pairs(long Score, long X, long Y)
    {
        public double TauB => Score / Math.Sqrt((double)X * Y);

        public static Pairs operator +(Pairs left, Pairs right) =>
            new(left.Score + right.Score, left.X + right.X, left.Y + right.Y);

        public static Pairs operator -(Pairs left, Pairs right) =>
            new(left.Score - right.Score, left.X - right.X, left.Y - right.Y);
    }
}
