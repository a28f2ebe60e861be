namespace Semblance.Statistics;

/// <summary>
/// P-values adjusted for being several: an adjusted p-value at most alpha is significant at level alpha for the whole
/// family. Both return one value in [0, 1] for each p-value, in the order given, and hold under any dependence.
/// </summary>
/// <remarks>The step-down and step-up definitions are those of R's p.adjust.</remarks>
public static class MultipleComparisons
{
    /// <summary>
    /// (m - k + 1) p of the k-th smallest, never less than before: bounds the chance of any false rejection. S. Holm, "A
    /// simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979).
    /// </summary>
    /// <param name="p">The p-values of one family, each in [0, 1].</param>
    /// <exception cref="AssumptionException">Empty, NotFinite or OutOfRange.</exception>
    public static double[] Holm(ReadOnlySpan<double> p)
    {
        var order = Ascending(p);
        var adjusted = new double[p.Length];
        var largest = 0.0;
        for (var k = 0; k < order.Length; k++)
        {
            largest = Math.Max(largest, Math.Min(1, p[order[k]] * (order.Length - k)));
            adjusted[order[k]] = largest;
        }

        return adjusted;
    }

    /// <summary>
    /// p m (1 + 1/2 + ... + 1/m) / k of the k-th smallest, never more than after: bounds the expected share of false ones
    /// among the rejections. Y. Benjamini and D. Yekutieli, "The control of the false discovery rate in multiple testing
    /// under dependency", Annals of Statistics 29 (2001).
    /// </summary>
    /// <inheritdoc cref="Holm"/>
    public static double[] BenjaminiYekutieli(ReadOnlySpan<double> p)
    {
        var order = Ascending(p);
        var m = order.Length;
        var harmonic = Enumerable.Range(1, m).Reverse().Sum(k => 1.0 / k);
        var adjusted = new double[m];
        var smallest = 1.0;
        for (var k = m; k >= 1; k--)
        {
            smallest = Math.Min(smallest, p[order[k - 1]] / ((double)k / m / harmonic));
            adjusted[order[k - 1]] = smallest;
        }

        return adjusted;
    }

    /// <summary>Which p-value is the smallest, the next, and so on.</summary>
    private static int[] Ascending(ReadOnlySpan<double> p)
    {
        Sample.Require(p);
        foreach (var value in p)
        {
            AssumptionException.ThrowUnless(
                value is >= 0 and <= 1,
                Assumption.OutOfRange,
                $"A p-value must lie between 0 and 1, and one is {value}."
            );
        }

        var order = Enumerable.Range(0, p.Length).ToArray();
        Array.Sort(p.ToArray(), order);
        return order;
    }
}
