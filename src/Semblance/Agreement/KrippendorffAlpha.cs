using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>How far apart two categories are for Krippendorff's alpha.</summary>
public enum AlphaMetric
{
    /// <summary>0 for the same category, 1 for another.</summary>
    Nominal,

    /// <summary>
    /// Krippendorff's own ordinal metric: the square of the votes from one category to the other, those of both ends
    /// counting half. It is not Gwet's (<see cref="AgreementWeights.Ordinal"/>).
    /// </summary>
    Ordinal,

    /// <summary>The square of the difference of the values.</summary>
    Interval,
}

/// <summary>
/// Krippendorff's alpha, 1 - observed / expected disagreement from the coincidences of votes: 1 for full agreement, 0 for
/// chance. Items with fewer than two votes do not count; raters may be missing anywhere.
/// </summary>
/// <remarks>K. Krippendorff, "Computing Krippendorff's alpha-reliability" (2011).</remarks>
public static class KrippendorffAlpha
{
    /// <summary>Alpha of votes by category.</summary>
    /// <param name="counts">Votes, [item][category], categories in their order.</param>
    /// <param name="metric">How far apart two categories are.</param>
    /// <param name="values">The categories' values for <see cref="AlphaMetric.Interval"/>; 0, 1, 2... if null.</param>
    /// <exception cref="AssumptionException">
    /// Empty, LengthMismatch; TooFew where no item has two votes; NoVariation where all fall in one category.
    /// </exception>
    public static double Of(
        IReadOnlyList<int[]> counts,
        AlphaMetric metric = AlphaMetric.Nominal,
        IReadOnlyList<double>? values = null
    )
    {
        ArgumentNullException.ThrowIfNull(counts);
        AssumptionException.ThrowUnless(counts.Count > 0, Assumption.Empty, $"There are no votes: give at least one.");
        var q = counts[0].Length;
        AssumptionException.ThrowUnless(
            counts.All(row => row.Length == q) && (values is null || values.Count == q),
            Assumption.LengthMismatch,
            $"Every item needs a count for each category."
        );
        var coincidences = Coincidences(counts, q);
        double[] marginal = [.. Enumerable.Range(0, q).Select(k => Row(coincidences, k).Sum())];
        AssumptionException.ThrowUnless(
            marginal.Sum() > 0,
            Assumption.TooFew,
            $"No item has two votes, so that nothing can agree."
        );
        var (observed, expected) = (0.0, 0.0);
        for (var k = 0; k < q; k++)
        {
            for (var l = 0; l < q; l++)
            {
                var distance = Distance(metric, k, l, marginal, values);
                observed += coincidences[k, l] * distance;
                expected += marginal[k] * marginal[l] * distance;
            }
        }

        AssumptionException.ThrowUnless(
            expected > 0,
            Assumption.NoVariation,
            $"All votes fall in one category, so that chance alone gives full agreement."
        );
        return 1 - ((marginal.Sum() - 1) * observed / expected);
    }

    /// <summary>Ordered pairs of votes of two raters on one item, each item weighing as many votes as it has.</summary>
    private static double[,] Coincidences(IReadOnlyList<int[]> counts, int q)
    {
        var sum = new double[q, q];
        foreach (var row in counts)
        {
            var votes = row.Sum();
            for (var k = 0; k < q && votes > 1; k++)
            {
                for (var l = 0; l < q; l++)
                {
                    sum[k, l] += row[k] * (row[l] - (k == l ? 1.0 : 0)) / (votes - 1);
                }
            }
        }

        return sum;
    }

    private static double Distance(AlphaMetric metric, int k, int l, double[] marginal, IReadOnlyList<double>? values)
    {
        if (k == l)
        {
            return 0;
        }

        if (metric == AlphaMetric.Nominal)
        {
            return 1;
        }

        var (low, high) = (Math.Min(k, l), Math.Max(k, l));
        var apart =
            metric == AlphaMetric.Interval
                ? (values?[k] ?? k) - (values?[l] ?? l)
                : marginal[low..(high + 1)].Sum() - ((marginal[low] + marginal[high]) / 2);
        return apart * apart;
    }

    private static IEnumerable<double> Row(double[,] matrix, int row) =>
        Enumerable.Range(0, matrix.GetLength(1)).Select(column => matrix[row, column]);
}
