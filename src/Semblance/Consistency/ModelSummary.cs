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
        double? deviation = null;
        IReadOnlyList<double>? interval = null;
        if (scores.Count > 1)
        {
            deviation = Descriptive.StandardDeviation(scores);
            var (low, high) = MeanInterval.Student(scores);
            interval = [low, high];
        }

        return new ModelScore(
            model,
            scores.Count,
            mean,
            Descriptive.Median(scores),
            deviation,
            interval,
            floor?.Calibrate(mean)
        );
    }
}
