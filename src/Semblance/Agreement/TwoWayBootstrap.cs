using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>Intervals of a ratio of sums over two crossed factors, both of which are drawn again.</summary>
internal static class TwoWayBootstrap
{
    /// <summary>The percentile interval of sum(numerator) / sum(denominator).</summary>
    /// <param name="numerator">[row, column].</param>
    /// <param name="denominator">[row, column], 0 where there is nothing.</param>
    /// <param name="level">Between 0 and 1.</param>
    /// <param name="resamples">How often rows and columns are drawn.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="threads">The interval does not depend on it.</param>
    /// <returns>Null where hardly any resample has votes.</returns>
    public static Interval? Interval(
        double[,] numerator,
        double[,] denominator,
        double level,
        int resamples,
        ulong seed,
        Threads threads
    )
    {
        var (rows, columns) = (numerator.GetLength(0), numerator.GetLength(1));
        var values = new double[resamples];
        Parallel.For(
            0,
            resamples,
            threads.Options,
            resample =>
            {
                var random = new RandomStream(seed, (ulong)resample);
                var weights = new int[columns];
                for (var c = 0; c < columns; c++)
                {
                    weights[random.Below(columns)]++;
                }

                var (above, below) = (0.0, 0.0);
                for (var draw = 0; draw < rows; draw++)
                {
                    var row = random.Below(rows);
                    for (var c = 0; c < columns; c++)
                    {
                        above += weights[c] * numerator[row, c];
                        below += weights[c] * denominator[row, c];
                    }
                }

                values[resample] = above / below;
            }
        );
        return Percentiles(values, level);
    }

    /// <summary>The quantiles of the replicates that exist; null where fewer than half do.</summary>
    public static Interval? Percentiles(IEnumerable<double> replicates, double level)
    {
        double[] all = [.. replicates];
        double[] sorted = [.. all.Where(double.IsFinite).Order()];
        return sorted.Length < 2 || 2 * sorted.Length < all.Length
            ? null
            : new Interval(
                Descriptive.QuantileOfSorted(sorted, (1 - level) / 2),
                Descriptive.QuantileOfSorted(sorted, (1 + level) / 2)
            );
    }
}
