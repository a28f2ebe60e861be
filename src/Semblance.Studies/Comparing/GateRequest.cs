using Semblance.Comparison;

namespace Semblance.Studies.Comparing;

/// <summary>What a <see cref="GateStudy"/> is asked for.</summary>
/// <param name="Source">The scores.</param>
/// <param name="Baseline">The model to compare with.</param>
/// <param name="Candidate">The model that passes or fails.</param>
/// <param name="Options">Claim, margin, level, test.</param>
public sealed record GateRequest(ScoreSource Source, string Baseline, string Candidate, GateOptions Options)
{
    /// <summary>Whether to gather what a report shows as well.</summary>
    public bool ForReport { get; init; }
}
