using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The Kolmogorov-Smirnov test of two independent samples x and y: the largest distance between their empirical
/// distribution functions.
/// </summary>
/// <remarks>
/// "Greater" looks at D+ = max(Fx - Fy), "less" at D- = max(Fy - Fx), as scipy.stats.ks_2samp does: a large D+ says that
/// y tends to be greater. The samples are taken as independent; scores of the same prompts are paired, and a signed-rank
/// test of their differences says more.
/// </remarks>
/// <param name="Alternative">Which distance was tested.</param>
/// <param name="Statistic">D, D+ or D-, in [0, 1].</param>
/// <param name="HasTies">Whether a value occurs more than once among all.</param>
/// <param name="PExact">
/// Share of all splits of the pooled sample, ties kept, with at least this distance; null above
/// <see cref="ExactLimit"/>.
/// </param>
/// <param name="PExactTiesIgnored">
/// The exact p-value as if there were no ties (scipy's "exact"): too large with ties; null above
/// <see cref="ExactLimit"/>.
/// </param>
/// <param name="PEffectiveSize">
/// scipy's "asymptotic": two-sided the exact one-sample law at n1 n2 / (n1 + n2) rounded half to even, NaN where that is
/// 0; one-sided Hodges' approximation.
/// </param>
/// <param name="PLimit">The limit law at D sqrt(n1 n2 / (n1 + n2)), Kolmogorov's or, one-sided, Smirnov's.</param>
internal sealed record KolmogorovSmirnovTwoSample(
    Alternative Alternative,
    double Statistic,
    bool HasTies,
    double? PExact,
    double? PExactTiesIgnored,
    double PEffectiveSize,
    double PLimit
)
{
    /// <summary>The exact law is counted while the larger sample has at most this many values.</summary>
    public const int ExactLimit = 10_000;

    // Smaller masses are on their way to underflow and would only slow the counting down.
    private const double Negligible = 1e-307;

    /// <summary>Tests two samples.</summary>
    /// <param name="x">First sample, at least one value.</param>
    /// <param name="y">Second sample, at least one value.</param>
    /// <param name="alternative">Which distance to test.</param>
    /// <exception cref="AssumptionException">Empty or NotFinite.</exception>
    public static KolmogorovSmirnovTwoSample Of(
        ReadOnlySpan<double> x,
        ReadOnlySpan<double> y,
        Alternative alternative = Alternative.TwoSided
    )
    {
        Sample.Require(x);
        Sample.Require(y);
        var walk = Walk.Of(x, y);
        var least = alternative switch
        {
            Alternative.Greater => walk.Above,
            Alternative.Less => walk.Below,
            _ => Math.Max(walk.Above, walk.Below),
        };
        double n1 = x.Length;
        double n2 = y.Length;
        var statistic = least / (n1 * n2);
        var exact = Math.Max(n1, n2) <= ExactLimit;
        double? p = exact ? Exceedance(walk, least, alternative, tiesKept: true) : null;
        return new KolmogorovSmirnovTwoSample(
            alternative,
            statistic,
            walk.HasTies,
            p,
            exact && walk.HasTies ? Exceedance(walk, least, alternative, tiesKept: false) : p,
            EffectiveSize(statistic, Math.Max(n1, n2), Math.Min(n1, n2), alternative),
            Limit(statistic * Math.Sqrt(n1 * n2 / (n1 + n2)), alternative)
        );
    }

    private static double Limit(double z, Alternative alternative) =>
        alternative == Alternative.TwoSided ? Kolmogorov.LimitUpperTail(z) : Math.Exp(-2 * z * z);

    // J. L. Hodges, "The significance probability of the Smirnov two-sample test", Arkiv for Matematik 3 (1958), eq. 5.3.
    private static double EffectiveSize(double d, double larger, double smaller, Alternative alternative)
    {
        var size = larger * smaller / (larger + smaller);
        if (alternative == Alternative.TwoSided)
        {
            var rounded = (int)Math.Round(size, MidpointRounding.ToEven);
            return rounded == 0 ? double.NaN : Kolmogorov.UpperTail(d, rounded);
        }

        var z = Math.Sqrt(size) * d;
        var correction = (larger + (2 * smaller)) / Math.Sqrt(larger * smaller * (larger + smaller));
        return Math.Exp((-2 * z * z) - (2 * z * correction / 3));
    }

    /// <summary>
    /// The chance that a random split of the pooled sample comes as far apart. The split is drawn value by value from the
    /// smallest on, x with chance (x left) / (values left); what reaches the distance is taken out and added up, so that
    /// a small chance keeps its digits (no 1 - ...). With ties the distance counts only behind the last of equal values.
    /// The paths are those of M. Schroeer and D. Trenkler, "Exact and randomization distributions of Kolmogorov-Smirnov
    /// tests two or three samples", Computational Statistics and Data Analysis 20 (1995).
    /// </summary>
    private static double Exceedance(Walk walk, long least, Alternative alternative, bool tiesKept)
    {
        if (least == 0)
        {
            return 1;
        }

        var (n1, n2) = (walk.First, walk.Second);
        var total = n1 + n2;

        // mass[i + 1]: chance to have drawn i values of x so far and never to have been so far apart; [0] stays 0.
        var mass = new double[n1 + 2];
        mass[1] = 1;
        var (low, high) = (0, 0);
        var reached = 0.0;
        for (var drawn = 0; drawn < total && low <= high; drawn++)
        {
            double left = total - drawn;
            high = Math.Min(high + 1, n1);
            for (var i = high; i >= low; i--)
            {
                mass[i + 1] = ((mass[i + 1] * (n2 - drawn + i)) + (mass[i] * (n1 - i + 1))) / left;
            }

            if (!tiesKept || walk.EndsTie[drawn + 1])
            {
                // n1 n2 (Fx - Fy) for i of x among drawn + 1.
                long Apart(int i) => ((long)i * total) - ((drawn + 1L) * n1);
                for (; alternative != Alternative.Less && high >= low && Apart(high) >= least; high--)
                {
                    reached += mass[high + 1];
                    mass[high + 1] = 0;
                }

                for (; alternative != Alternative.Greater && low <= high && -Apart(low) >= least; low++)
                {
                    reached += mass[low + 1];
                    mass[low + 1] = 0;
                }
            }

            for (; low <= high && mass[high + 1] < Negligible; high--)
            {
                mass[high + 1] = 0;
            }

            for (; low <= high && mass[low + 1] < Negligible; low++)
            {
                mass[low + 1] = 0;
            }
        }

        return Math.Min(1, reached);
    }

    /// <summary>The pooled sample in order: how far apart the samples come, in units of 1 / (n1 n2), and where ties end.</summary>
    private sealed record Walk(int First, int Second, long Above, long Below, bool HasTies, bool[] EndsTie)
    {
        public static Walk Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
        {
            var a = x.ToArray();
            var b = y.ToArray();
            Array.Sort(a);
            Array.Sort(b);
            var ends = new bool[a.Length + b.Length + 1];
            var (above, below, distinct) = (0L, 0L, 0);
            for (var (i, j) = (0, 0); i + j < a.Length + b.Length; distinct++)
            {
                var value =
                    j == b.Length ? a[i]
                    : i == a.Length ? b[j]
                    : Math.Min(a[i], b[j]);
                for (; i < a.Length && a[i] == value; i++) { }
                for (; j < b.Length && b[j] == value; j++) { }
                ends[i + j] = true;
                var apart = ((long)i * b.Length) - ((long)j * a.Length);
                above = Math.Max(above, apart);
                below = Math.Max(below, -apart);
            }

            return new Walk(a.Length, b.Length, above, below, distinct < a.Length + b.Length, ends);
        }
    }
}
