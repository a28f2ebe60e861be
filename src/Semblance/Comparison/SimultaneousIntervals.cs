using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Comparison;

/// <summary>
/// Intervals that hold all models, or all pairs, at once: each limit lies as many times further from its estimate than that
/// of the single interval as Student's quantile does at the chance at which all hold (<see cref="LargestDeviate"/>). So they
/// keep what the single ones know of skewness, seeds and clusters.
/// </summary>
internal sealed class SimultaneousIntervals
{
    private readonly double _level;
    private readonly double _models;
    private readonly double _pairs;

    private SimultaneousIntervals(double level, double models, double pairs) =>
        (_level, _models, _pairs) = (level, models, pairs);

    /// <summary>Of three models or more.</summary>
    /// <param name="models">k.</param>
    /// <param name="pairs">The pairs that are compared.</param>
    /// <param name="errors">Of the k means, then of the differences of the pairs.</param>
    /// <param name="variance">Of the mean difference of two models that are not among the pairs.</param>
    /// <param name="options">Level and seed.</param>
    public static SimultaneousIntervals Of(
        int models,
        (int First, int Second)[] pairs,
        IReadOnlyList<Variance.MeanError> errors,
        Func<int, int, double> variance,
        ComparisonOptions options
    )
    {
        if (models > ModelComparison.MostModelsInPairs)
        {
            // Bonferroni: the correlations of so many models would take longer than all else.
            var tail = (1 - options.Level) / 2;
            return new SimultaneousIntervals(options.Level, tail / models, tail / pairs.Length);
        }

        var covariance = Covariance(models, pairs, errors, variance);
        double Tail(IEnumerable<(int?, int)> contrasts) =>
            LargestDeviate.Tail(covariance, [.. contrasts], options.Level, options.Seed);
        return new SimultaneousIntervals(
            options.Level,
            Tail(Enumerable.Range(0, models).Select(m => ((int?)null, m))),
            Tail(pairs.Select(pair => ((int?)pair.First, pair.Second)))
        );
    }

    /// <summary>The limits of a model's mean.</summary>
    public Interval OfModel(Estimate mean, Variance.MeanError error) => Wider(mean, error, _models);

    /// <summary>The limits of the mean difference of a pair.</summary>
    public Interval OfPair(Estimate difference, Variance.MeanError error) => Wider(difference, error, _pairs);

    /// <summary>
    /// A model's place by its mean, 1 for the highest, and the places that cannot be ruled out: below none that is shown to be
    /// better, above none that is shown to be worse (Mogstad, Romano, Shaikh and Wilhelm, "Inference for ranks", Review of
    /// Economic Studies 91 (2024)). All models' hold at once. Ranks of resampled prompts are no substitute: they miss true
    /// ranks of models that lie close together (docs/statistics.md).
    /// </summary>
    /// <param name="model">Name.</param>
    /// <param name="models">All.</param>
    /// <param name="pairs">All pairs, with <see cref="PairComparison.Simultaneous"/>.</param>
    /// <param name="level">Of the intervals.</param>
    public static RankInterval RankOf(
        string model,
        IReadOnlyList<ModelEntry> models,
        IReadOnlyList<PairComparison> pairs,
        double level
    )
    {
        var own = PairedDifferences.Rounded(models.First(one => one.Model == model).Mean.Value);
        var (better, worse) = (0, 0);
        foreach (var pair in pairs.Where(pair => pair.First == model || pair.Second == model))
        {
            var (low, high) = pair.Simultaneous!.Value;
            var sign =
                pair.Difference.Level < level - 1e-9 ? 0
                : low > 0 ? 1
                : high < 0 ? -1
                : 0;
            var ahead = pair.Second == model ? sign : -sign;
            better += ahead < 0 ? 1 : 0;
            worse += ahead > 0 ? 1 : 0;
        }

        return new RankInterval(
            1 + models.Count(one => PairedDifferences.Rounded(one.Mean.Value) > own),
            1 + better,
            models.Count - worse,
            level
        );
    }

    /// <summary>By polarisation: 2 Cov(a, b) = V(a) + V(b) - V(b - a), whatever the errors hold.</summary>
    private static double[][] Covariance(
        int models,
        (int First, int Second)[] pairs,
        IReadOnlyList<Variance.MeanError> errors,
        Func<int, int, double> variance
    )
    {
        var differences = new Dictionary<(int, int), double>();
        for (var i = 0; i < pairs.Length; i++)
        {
            var (a, b) = pairs[i];
            differences[(Math.Min(a, b), Math.Max(a, b))] = Square(errors[models + i].StandardError);
        }

        var covariance = new double[models][];
        for (var a = 0; a < models; a++)
        {
            covariance[a] = new double[models];
            covariance[a][a] = Square(errors[a].StandardError);
        }

        for (var a = 0; a < models; a++)
        {
            for (var b = a + 1; b < models; b++)
            {
                var difference = differences.TryGetValue((a, b), out var known) ? known : variance(a, b);
                covariance[a][b] = covariance[b][a] = (covariance[a][a] + covariance[b][b] - difference) / 2;
            }
        }

        return covariance;
    }

    private static double Square(double value) => value * value;

    private Interval Wider(Estimate one, Variance.MeanError error, double tail)
    {
        var factor =
            StudentT.Quantile(1 - tail, error.DegreesOfFreedom)
            / StudentT.Quantile((1 + _level) / 2, error.DegreesOfFreedom);
        return new Interval(
            PairedDifferences.OrZero(one.Value - (factor * (one.Value - one.Low))),
            PairedDifferences.OrZero(one.Value + (factor * (one.High - one.Value)))
        );
    }
}
