using Semblance.Comparison;

namespace Semblance.Studies.Comparing;

/// <summary>What a <see cref="CompareStudy"/> is asked for.</summary>
/// <param name="Source">The scores.</param>
/// <param name="Options">Level, resamples, seed, mode.</param>
public sealed record CompareRequest(ScoreSource Source, ComparisonOptions Options)
{
    /// <summary>A file with a curve of what people see, from votes on scores of the same encoder; null for none.</summary>
    public string? HumanCurve { get; init; }

    /// <summary>Whether to gather what a report shows as well.</summary>
    public bool ForReport { get; init; }
}
