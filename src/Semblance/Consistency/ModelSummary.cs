using Semblance.Statistics;

namespace Semblance.Consistency;

/// <summary>From the scores of a model's sets to the score of the model.</summary>
public static class ModelSummary
{
    /// <summary>Mean, median, standard deviation and Student's 95% interval over prompts.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="scores">One Semantic Consistency Score per prompt, at least one.</param>
    /// <param name="floor">What to calibrate the mean with; null for nothing.</param>
    public static ModelScore Of(string model, IReadOnlyList<double> scores, ConsistencyFloor? floor = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfLessThan(scores.Count, 1, nameof(scores));
        var mean = scores.Average();
        Interval? interval = scores.Count > 1 ? MeanInterval.Student([.. scores]) : null;
        return new ModelScore(
            model,
            scores.Count,
            mean,
            Descriptive.Median(scores),
            scores.Count > 1 ? Descriptive.StandardDeviation([.. scores]) : null,
            interval is { } limits ? [limits.Low, limits.High] : null,
            floor?.Calibrate(mean)
        );
    }
}
