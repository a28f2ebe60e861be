using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// P-values adjusted for being several: an adjusted p-value at most alpha is significant at level alpha for the whole
/// family. All return one value in [0, 1] for each p-value, in the order given.
/// </summary>
/// <remarks>
/// Bonferroni, Sidak, Holm and Hochberg bound the chance of any false rejection (the familywise error),
/// Benjamini-Hochberg and Benjamini-Yekutieli the expected share of false ones among the rejections. Holm and
/// Benjamini-Yekutieli hold under any dependence; Hochberg and Benjamini-Hochberg need independence or positive
/// dependence. The step-down and step-up definitions are those of P. H. Westfall and S. S. Young, "Resampling-based
/// multiple testing" (1993), and of R's p.adjust.
/// </remarks>
internal static class MultipleComparisons
{
    /// <summary>m p. Any dependence; Holm is never worse.</summary>
    /// <param name="p">The p-values of one family, each in [0, 1].</param>
    /// <exception cref="AssumptionException">Empty, NotFinite or OutOfRange.</exception>
    public static double[] Bonferroni(ReadOnlySpan<double> p) =>
        StepDown(p, (value, rank, m) => value * m, cumulative: false);

    /// <summary>1 - (1 - p)^m. Independent tests.</summary>
    /// <inheritdoc cref="Bonferroni"/>
    public static double[] Sidak(ReadOnlySpan<double> p) =>
        StepDown(p, (value, rank, m) => OneOf(value, m), cumulative: false);

    /// <summary>
    /// (m - k + 1) p of the k-th smallest, never less than before. Any dependence. S. Holm, "A simple sequentially
    /// rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979).
    /// </summary>
    /// <inheritdoc cref="Bonferroni"/>
    public static double[] Holm(ReadOnlySpan<double> p) =>
        StepDown(p, (value, rank, m) => value * (m - rank + 1), cumulative: true);

    /// <summary>1 - (1 - p)^(m - k + 1) of the k-th smallest, never less than before. Independent tests.</summary>
    /// <inheritdoc cref="Bonferroni"/>
    public static double[] HolmSidak(ReadOnlySpan<double> p) =>
        StepDown(p, (value, rank, m) => OneOf(value, m - rank + 1), cumulative: true);

    /// <summary>
    /// (m - k + 1) p of the k-th smallest, never more than after. Independent or positively dependent tests. Y. Hochberg,
    /// "A sharper Bonferroni procedure for multiple tests of significance", Biometrika 75 (1988).
    /// </summary>
    /// <inheritdoc cref="Bonferroni"/>
    public static double[] Hochberg(ReadOnlySpan<double> p) => StepUp(p, (value, rank, m) => value * (m - rank + 1));

    /// <summary>
    /// p m / k of the k-th smallest, never more than after. Independent or positively dependent tests. Y. Benjamini and
    /// Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57 (1995).
    /// </summary>
    /// <inheritdoc cref="Bonferroni"/>
    public static double[] BenjaminiHochberg(ReadOnlySpan<double> p) =>
        StepUp(p, (value, rank, m) => value / ((double)rank / m));

    /// <summary>
    /// p m (1 + 1/2 + ... + 1/m) / k of the k-th smallest, never more than after. Any dependence. Y. Benjamini and
    /// D. Yekutieli, "The control of the false discovery rate in multiple testing under dependency", Annals of Statistics
    /// 29 (2001).
    /// </summary>
    /// <inheritdoc cref="Bonferroni"/>
    public static double[] BenjaminiYekutieli(ReadOnlySpan<double> p)
    {
        var harmonic = 0.0;
        for (var k = p.Length; k >= 1; k--)
        {
            harmonic += 1.0 / k;
        }

        return StepUp(p, (value, rank, m) => value / ((double)rank / m / harmonic));
    }

    /// <summary>1 - (1 - p)^k, with the digits of a small p kept.</summary>
    private static double OneOf(double p, int k) => p == 1 ? 1 : -Elementary.ExpMinusOne(k * Elementary.LogOnePlus(-p));

    private static double[] StepDown(ReadOnlySpan<double> p, Func<double, int, int, double> raw, bool cumulative)
    {
        var order = Ascending(p);
        var adjusted = new double[p.Length];
        var largest = 0.0;
        for (var k = 0; k < order.Length; k++)
        {
            var value = Math.Min(1, raw(p[order[k]], k + 1, order.Length));
            largest = cumulative ? Math.Max(largest, value) : value;
            adjusted[order[k]] = largest;
        }

        return adjusted;
    }

    private static double[] StepUp(ReadOnlySpan<double> p, Func<double, int, int, double> raw)
    {
        var order = Ascending(p);
        var adjusted = new double[p.Length];
        var smallest = 1.0;
        for (var k = order.Length - 1; k >= 0; k--)
        {
            smallest = Math.Min(smallest, raw(p[order[k]], k + 1, order.Length));
            adjusted[order[k]] = smallest;
        }

        return adjusted;
    }

    /// <summary>Which p-value is the smallest, the next, and so on.</summary>
    private static int[] Ascending(ReadOnlySpan<double> p)
    {
        Sample.Require(p);
        foreach (var value in p)
        {
            if (value is < 0 or > 1)
            {
                throw new AssumptionException(
                    Assumption.OutOfRange,
                    FormattableString.Invariant($"A p-value must lie between 0 and 1, and one is {value}.")
                );
            }
        }

        var order = new int[p.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(p.ToArray(), order);
        return order;
    }
}
