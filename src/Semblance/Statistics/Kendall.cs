using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>Kendall's rank correlation tau-b: how many pairs of pairs are in the same order, less those in opposite order.</summary>
/// <remarks>M. G. Kendall, "Rank correlation methods" (1970), chapters 3 to 5.</remarks>
/// <param name="TauB">-1 to 1, corrected for ties.</param>
/// <param name="PNormal">
/// Two-sided, normal approximation with the variance corrected for ties and no correction for continuity; null for two
/// pairs.
/// </param>
/// <param name="PExact">
/// Two-sided, by counting permutations with at most as many inversions; null with ties and above <see cref="ExactLimit"/>
/// pairs.
/// </param>
public sealed record Kendall(double TauB, double? PNormal, double? PExact)
{
    /// <summary>Inversions are counted exactly up to this many pairs.</summary>
    public const int ExactLimit = 50;

    /// <summary>The correlation of n pairs, in O(n^2).</summary>
    /// <param name="x">At least two values, not all the same.</param>
    /// <param name="y">As many, not all the same.</param>
    /// <exception cref="AssumptionException">Empty, LengthMismatch, NotFinite, TooFew or NoVariation.</exception>
    public static Kendall Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Sample.RequirePairs(x, y, least: 2);
        Sample.RequireVariation(x, "The first values");
        Sample.RequireVariation(y, "The second values");
        long n = x.Length;
        var (same, opposite) = (0L, 0L);
        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var sign = x[i].CompareTo(x[j]) * y[i].CompareTo(y[j]);
                same += sign > 0 ? 1 : 0;
                opposite += sign < 0 ? 1 : 0;
            }
        }

        var (a, b) = (Ties.Of(x), Ties.Of(y));
        var pairs = n * (n - 1) / 2;
        var score = (double)(same - opposite);
        var tau = score / Math.Sqrt(pairs - a.Pairs) / Math.Sqrt(pairs - b.Pairs);
        var exact = n <= ExactLimit && a.Pairs == 0 && b.Pairs == 0;
        return new Kendall(
            Math.Clamp(tau, -1, 1),
            n > 2 ? 2 * Normal.UpperTail(Math.Abs(score) / Math.Sqrt(Variance(n, a, b))) : null,
            exact ? Math.Min(1, 2 * FewInversions((int)Math.Min(same, opposite), (int)n)) : null
        );
    }

    private static double Variance(double n, Ties a, Ties b)
    {
        var ordered = n * (n - 1);
        return (((ordered * ((2 * n) + 5)) - a.Weighted - b.Weighted) / 18)
            + (2 * a.Pairs * b.Pairs / ordered)
            + (a.Triples * b.Triples / (9 * ordered * (n - 2)));
    }

    /// <summary>
    /// P(inversions &lt;= most) of a random permutation of n: the i-th value adds 0 to i - 1 of them, each equally likely.
    /// </summary>
    private static double FewInversions(int most, int n)
    {
        var chance = new double[most + 1];
        chance[0] = 1;
        for (var i = 2; i <= n; i++)
        {
            for (var inversions = most; inversions >= 0; inversions--)
            {
                var sum = 0.0;
                for (var before = Math.Max(0, inversions - i + 1); before <= inversions; before++)
                {
                    sum += chance[before];
                }

                chance[inversions] = sum / i;
            }
        }

        return chance.Sum();
    }

    /// <summary>Over groups of t tied values: sums of t(t-1)/2, t(t-1)(t-2) and t(t-1)(2t+5).</summary>
    private readonly record struct Ties(double Pairs, double Triples, double Weighted)
    {
        public static Ties Of(ReadOnlySpan<double> values)
        {
            var sorted = values.ToArray();
            Array.Sort(sorted);
            var sum = default(Ties);
            for (var start = 0; start < sorted.Length; )
            {
                var end = start + 1;
                for (; end < sorted.Length && sorted[end] == sorted[start]; end++) { }

                double t = end - start;
                var ordered = t * (t - 1);
                sum = new Ties(
                    sum.Pairs + (ordered / 2),
                    sum.Triples + (ordered * (t - 2)),
                    sum.Weighted + (ordered * ((2 * t) + 5))
                );
                start = end;
            }

            return sum;
        }
    }
}
