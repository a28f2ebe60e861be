using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>A bias-corrected and accelerated bootstrap interval.</summary>
/// <param name="Interval">Its limits.</param>
/// <param name="BiasCorrection">z0: how far the replicates lie from the estimate, in normal deviates.</param>
/// <param name="Acceleration">a: how the standard error changes with the parameter, from the jackknife.</param>
/// <param name="LowLevel">The quantile of the replicates that is the lower limit.</param>
/// <param name="HighLevel">The quantile of the replicates that is the upper limit.</param>
public sealed record BcaInterval(
    Interval Interval,
    double BiasCorrection,
    double Acceleration,
    double LowLevel,
    double HighLevel
);

/// <summary>Bootstrap intervals (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 13 and 14).</summary>
public static class Bootstrap
{
    /// <summary>Means of resamples of whole rows, with one shared set of draws for all columns.</summary>
    /// <param name="columns">Samples of the same length n, such as the scores of each model on n prompts.</param>
    /// <param name="resamples">How many times n rows are drawn with replacement.</param>
    /// <param name="seed">The same seed gives the same means, to the bit.</param>
    /// <param name="threads">0 for all cores; the means do not depend on it.</param>
    /// <returns>For each column its means, resample by resample.</returns>
    /// <exception cref="AssumptionException">Empty, NotFinite, LengthMismatch; OutOfRange without resamples.</exception>
    public static double[][] Means(
        IReadOnlyList<double[]> columns,
        int resamples,
        ulong seed,
        Threads threads = default
    )
    {
        ArgumentNullException.ThrowIfNull(columns);
        AssumptionException.ThrowUnless(
            resamples >= 1 && columns.Count > 0,
            Assumption.OutOfRange,
            $"Resampling needs at least one sample and one resample."
        );
        var n = columns[0].Length;
        foreach (var column in columns)
        {
            Sample.RequirePairs(columns[0], column);
        }

        // Row by row, so that one draw reads the scores of all models from one place.
        var width = columns.Count;
        var rows = new double[n * width];
        for (var i = 0; i < n; i++)
        {
            for (var c = 0; c < width; c++)
            {
                rows[(i * width) + c] = columns[c][i];
            }
        }

        var means = columns.Select(_ => new double[resamples]).ToArray();
        Parallel.For(
            0,
            resamples,
            threads.Options,
            () => new double[width],
            (resample, _, sums) =>
            {
                Array.Clear(sums);
                var random = new RandomStream(seed, (ulong)resample);
                for (var draw = 0; draw < n; draw++)
                {
                    var row = rows.AsSpan(random.Below(n) * width, sums.Length);
                    for (var c = 0; c < sums.Length; c++)
                    {
                        sums[c] += row[c];
                    }
                }

                for (var c = 0; c < sums.Length; c++)
                {
                    means[c][resample] = sums[c] / n;
                }

                return sums;
            },
            _ => { }
        );
        return means;
    }

    /// <summary>The means without each value in turn, from which the acceleration of a mean follows.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite, TooFew.</exception>
    public static double[] JackknifeMeans(ReadOnlySpan<double> values)
    {
        Sample.Require(values, least: 2);
        var n = values.Length;
        var sum = Descriptive.Mean(values) * n;
        var means = new double[n];
        for (var i = 0; i < n; i++)
        {
            means[i] = (sum - values[i]) / (n - 1);
        }

        return means;
    }

    /// <summary>
    /// Bias-corrected and accelerated (Efron 1987): z0 from the share of replicates below the estimate (half of those at
    /// it), a = sum u^3 / (6 (sum u^2)^1.5) with u = mean(jackknife) - jackknife, quantiles of type 7.
    /// </summary>
    /// <param name="replicates">The statistic of each resample.</param>
    /// <param name="estimate">The statistic of the sample.</param>
    /// <param name="jackknife">The statistic without each value in turn.</param>
    /// <param name="level">Coverage, between 0 and 1.</param>
    /// <exception cref="AssumptionException">
    /// Empty, NotFinite, OutOfRange for the level, NoVariation of the jackknife values, Undefined where all replicates
    /// lie on one side of the estimate.
    /// </exception>
    public static BcaInterval Bca(
        ReadOnlySpan<double> replicates,
        double estimate,
        ReadOnlySpan<double> jackknife,
        double level = 0.95
    )
    {
        Sample.Require(replicates);
        Sample.RequireFraction(level);
        var sorted = replicates.ToArray();
        Array.Sort(sorted);
        Sample.Require([estimate]);
        Sample.Require(jackknife);
        Sample.RequireVariation(jackknife, "The jackknife values");
        var (below, upTo) = (0, 0);
        foreach (var replicate in sorted)
        {
            below += replicate < estimate ? 1 : 0;
            upTo += replicate <= estimate ? 1 : 0;
        }

        var bias = Normal.Quantile((below + upTo) / (2.0 * sorted.Length));
        AssumptionException.ThrowUnless(
            double.IsFinite(bias),
            Assumption.Undefined,
            $"All replicates lie on one side of the estimate, so that its bias cannot be corrected: resample more often, or use Student's interval."
        );
        var center = Descriptive.Mean(jackknife);
        var (squares, cubes) = (0.0, 0.0);
        foreach (var value in jackknife)
        {
            var u = center - value;
            squares += u * u;
            cubes += u * u * u;
        }

        var acceleration = cubes / (6 * Math.Pow(squares, 1.5));
        var (low, high) = (Adjusted((1 - level) / 2), Adjusted((1 + level) / 2));
        var limits = new Interval(
            Descriptive.QuantileOfSorted(sorted, low),
            Descriptive.QuantileOfSorted(sorted, high)
        );
        return new BcaInterval(limits, bias, acceleration, low, high);

        double Adjusted(double probability)
        {
            var shifted = bias + Normal.Quantile(probability);
            return Normal.Cdf(bias + (shifted / (1 - (acceleration * shifted))));
        }
    }
}
