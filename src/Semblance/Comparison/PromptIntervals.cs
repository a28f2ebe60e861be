using Semblance.Statistics;
using Semblance.Statistics.Distributions;
using static System.FormattableString;

namespace Semblance.Comparison;

/// <summary>
/// Intervals of means over prompts, and of their differences. Prompts are the unit and are resampled whole, the same
/// draws for all models; the variance within prompts is already in the spread over them and is not added again.
/// </summary>
internal sealed class PromptIntervals
{
    /// <summary>The name of the method that resamples nothing.</summary>
    public const string Student = "Student";

    // From here on widening moves a limit by less than 4% of its distance, and is not mentioned.
    private const int ManyPrompts = 50;

    private readonly double[][]? _means;
    private readonly ComparisonOptions _options;

    /// <summary>Resamples the prompts once, for all models.</summary>
    /// <param name="scores">[k][n].</param>
    /// <param name="options">Level, resamples and seed.</param>
    /// <param name="threads">For the resampling.</param>
    public PromptIntervals(IReadOnlyList<double[]> scores, ComparisonOptions options, Threads threads)
    {
        _options = options;
        _means =
            scores[0].Length < ModelComparison.FewestPromptsToResample
                ? null
                : Bootstrap.Means(scores, options.Resamples, options.Seed, threads);
    }

    /// <summary>The mean of one model.</summary>
    /// <param name="model">Index.</param>
    /// <param name="scores">Its scores, [n].</param>
    public Estimate OfMean(int model, double[] scores) => Of(scores, _means?[model]);

    /// <summary>The mean difference of two models, from the same draws.</summary>
    /// <param name="first">Index.</param>
    /// <param name="second">Index.</param>
    /// <param name="differences">Second - first, [n].</param>
    public Estimate OfDifference(int first, int second, double[] differences)
    {
        if (_means is null)
        {
            return Of(differences, null);
        }

        var replicates = new double[_options.Resamples];
        for (var i = 0; i < replicates.Length; i++)
        {
            replicates[i] = _means[second][i] - _means[first][i];
        }

        return Of(differences, replicates);
    }

    /// <summary>
    /// The level at which quantiles of resamples cover as often as <paramref name="level"/> asks. A resample spreads by
    /// sqrt((n - 1) / n) too little, and its quantiles are normal where Student's are needed: at 15 prompts a plain 95%
    /// interval covers 92%. The level 1 - 2 Phi(-t sqrt(n / (n - 1))) corrects both (T. C. Hesterberg, "What teachers
    /// should know about the bootstrap", The American Statistician 69 (2015), section 4.2).
    /// </summary>
    internal static double WidenedLevel(double level, int prompts)
    {
        var quantile = StudentT.Quantile((1 + level) / 2, prompts - 1);
        return 1 - (2 * Normal.UpperTail(quantile * Math.Sqrt(prompts / (prompts - 1.0))));
    }

    /// <summary>
    /// How many resamples lie beyond each limit. With fewer than a handful, a limit is the place of one or two resamples, or
    /// of the last one, and hardly depends on the level.
    /// </summary>
    internal static double BeyondLimit(double level, int prompts, int resamples) =>
        resamples * (1 - WidenedLevel(level, prompts)) / 2;

    /// <summary>
    /// Equal values have no spread to make an interval from, and one without width would claim certainty. Its level is that
    /// of the signed-rank interval, which has no width either, for n differences of one sign: 1 - 2^(1 - n).
    /// </summary>
    private Estimate Constant(double value, int prompts)
    {
        var level = Math.Min(_options.Level, 1 - (2 * WilcoxonSignedRank.LeastP(prompts)));
        var few = level < _options.Level ? $", by signs only {Verdicts.Percent(level)} with so few" : "";
        return new Estimate(value, value, value, level, $"no variation over prompts{few}");
    }

    private Estimate Of(double[] values, double[]? replicates)
    {
        if (!PairedDifferences.Vary(values))
        {
            return Constant(values[0], values.Length);
        }

        var mean = Descriptive.Mean(values);
        if (replicates is not null)
        {
            try
            {
                var level = WidenedLevel(_options.Level, values.Length);
                var limits = Bootstrap.Bca(replicates, mean, Bootstrap.JackknifeMeans(values), level).Interval;
                var widened = values.Length < ManyPrompts ? ", widened for few prompts" : "";
                return new Estimate(
                    mean,
                    limits.Low,
                    limits.High,
                    _options.Level,
                    Invariant($"BCa bootstrap over prompts, {_options.Resamples} resamples{widened}")
                );
            }
            catch (AssumptionException fault) when (fault.Violated == Assumption.Undefined)
            {
                // Too few resamples to have any on both sides: Student's interval needs none.
            }
        }

        var (low, high) = MeanInterval.Student(values, _options.Level);
        return new Estimate(mean, low, high, _options.Level, Student);
    }
}
