using System.Globalization;
using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>
/// Intervals of means over prompts, and of their differences. Prompts are the unit and are resampled whole, the same
/// draws for all models; the variance within prompts is already in the spread over them and is not added again.
/// </summary>
internal sealed class PromptIntervals
{
    /// <summary>The name of the method that resamples nothing.</summary>
    public const string Student = "Student";

    private readonly double[][]? means;
    private readonly ComparisonOptions options;

    /// <summary>Resamples the prompts once, for all models.</summary>
    /// <param name="scores">[k][n].</param>
    /// <param name="options">Level, resamples, seed and threads.</param>
    public PromptIntervals(IReadOnlyList<double[]> scores, ComparisonOptions options)
    {
        this.options = options;
        means =
            scores[0].Length < ModelComparison.FewestPromptsToResample
                ? null
                : Bootstrap.Means(scores, options.Resamples, options.Seed, options.Threads);
    }

    /// <summary>The mean of one model.</summary>
    /// <param name="model">Index.</param>
    /// <param name="scores">Its scores, [n].</param>
    public Estimate OfMean(int model, double[] scores) => Of(scores, means?[model]);

    /// <summary>The mean difference of two models, from the same draws.</summary>
    /// <param name="first">Index.</param>
    /// <param name="second">Index.</param>
    /// <param name="differences">Second - first, [n].</param>
    public Estimate OfDifference(int first, int second, double[] differences)
    {
        if (means is null)
        {
            return Of(differences, null);
        }

        var replicates = new double[options.Resamples];
        for (var i = 0; i < replicates.Length; i++)
        {
            replicates[i] = means[second][i] - means[first][i];
        }

        return Of(differences, replicates);
    }

    private Estimate Of(double[] values, double[]? replicates)
    {
        var mean = Descriptive.Mean(values);
        if (values.AsSpan().IndexOfAnyExcept(values[0]) < 0)
        {
            return new Estimate(mean, mean, mean, options.Level, "no variation over prompts");
        }

        if (replicates is not null)
        {
            try
            {
                var limits = Bootstrap.Bca(replicates, mean, Bootstrap.JackknifeMeans(values), options.Level).Interval;
                return new Estimate(
                    mean,
                    limits.Low,
                    limits.High,
                    options.Level,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"BCa bootstrap over prompts, {options.Resamples} resamples"
                    )
                );
            }
            catch (AssumptionException fault) when (fault.Violated == Assumption.Undefined)
            {
                // Too few resamples to have any on both sides: Student's interval needs none.
            }
        }

        var (low, high) = MeanInterval.Student(values, options.Level);
        return new Estimate(mean, low, high, options.Level, Student);
    }
}
