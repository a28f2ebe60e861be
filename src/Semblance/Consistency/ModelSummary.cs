using Semblance.Statistics;
using Semblance.Variance;

namespace Semblance.Consistency;

/// <summary>From the scores of a model's sets to the score of the model.</summary>
public static class ModelSummary
{
    /// <summary>Mean, median, standard deviation and Student's 95% interval over prompts.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="scores">One Semantic Consistency Score per prompt, at least one.</param>
    /// <param name="floor">What to calibrate the mean with; null for nothing.</param>
    /// <param name="deviations">What seeds do to each score, [prompts], with null where it is not known; null for all of them.</param>
    /// <param name="clusters">Of each prompt, from 0; null where every prompt is its own.</param>
    public static ModelScore Of(
        string model,
        IReadOnlyList<double> scores,
        ConsistencyFloor? floor = null,
        IReadOnlyList<SeedDeviations?>? deviations = null,
        int[]? clusters = null
    )
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfLessThan(scores.Count, 1, nameof(scores));
        var mean = scores.Average();
        var own = floor?.OfEach.GetValueOrDefault(model);
        double[] values = [.. scores];
        var seeds = deviations is null ? null : SeedTable.Of([deviations])?.Of(null, 0, clusters);
        var error = values.Length > 1 ? MeanError.Of(values, seeds, clusters) : null;
        var interval = error is null ? null : Interval(values, error);
        return new ModelScore(
            model,
            scores.Count,
            mean,
            Descriptive.Median(scores),
            scores.Count > 1 ? Descriptive.StandardDeviation(values) : null,
            interval,
            floor?.Calibrate(mean)
        )
        {
            Error = error,
            Floor = own?.Score,
            CalibratedOwn = own?.Calibrate(mean),
            NearFloor = own?.IsNear(mean, error?.StandardError) ?? false,
        };
    }

    private static double[] Interval(double[] values, MeanError error)
    {
        var (low, high) = error.Independent
            ? MeanInterval.Student(values)
            : error.Interval(Descriptive.MeanWithError(values).Mean);
        return [low, high];
    }
}
