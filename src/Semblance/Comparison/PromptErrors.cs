using Semblance.Variance;

namespace Semblance.Comparison;

/// <summary>The standard errors of the models' means and of their differences, for the seeds and clusters of a study.</summary>
internal sealed class PromptErrors
{
    private readonly SeedTable? _seeds;
    private readonly int[]? _clusters;

    public PromptErrors(ScoreMatrix matrix)
    {
        _seeds = SeedTable.Of([.. matrix.Rows.Select(own => own.Select(row => row.Deviations).ToArray())]);
        _clusters = matrix.Clusters is { } clusters ? [.. clusters] : null;
    }

    /// <summary>Of the mean of one model.</summary>
    public MeanError OfMean(int model, double[] scores) =>
        MeanError.Of(scores, _seeds?.Of(null, model, _clusters), _clusters);

    /// <summary>Of the mean difference of two models, second - first.</summary>
    public MeanError OfDifference(int first, int second, double[] differences) =>
        MeanError.Of(differences, _seeds?.Of(first, second, _clusters), _clusters);
}
