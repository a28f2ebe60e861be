namespace Semblance.Agreement;

/// <summary>Which raters are left out. The rules are to be fixed before the first vote.</summary>
public sealed record ExclusionRules
{
    /// <summary>A rater is left out who passes a smaller share of the checks, 0 to 1, and fails at least <see cref="FewestFailed"/>; null for no such rule.</summary>
    public double? LeastChecksPassed { get; init; } = 0.75;

    /// <summary>One failed check alone excludes nobody.</summary>
    public int FewestFailed { get; init; } = 2;

    /// <summary>A rater is left out whose median view time, in seconds, is shorter; null for no such rule.</summary>
    public double? LeastMedianSeconds { get; init; }

    /// <summary>A rater is left out who repeats a smaller share of the answers to repeated pages, 0 to 1; null for no such rule.</summary>
    public double? LeastConsistency { get; init; }

    /// <summary>Raters who are left out by name.</summary>
    public IReadOnlyList<string> Raters { get; init; } = [];

    /// <summary>Whether they are the same rules.</summary>
    public bool IsSameAs(ExclusionRules other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with { Raters = other.Raters } == other && Raters.SequenceEqual(other.Raters);
    }

    /// <summary>Why a rater is left out; null for one who is kept.</summary>
    public string? Reason(RaterSummary rater)
    {
        ArgumentNullException.ThrowIfNull(rater);
        return Raters.Contains(rater.Rater) ? "left out by name"
            : rater.Checks - rater.ChecksPassed >= FewestFailed
            && LeastChecksPassed is { } checks
            && rater.ChecksPassed < checks * rater.Checks
                ? FormattableString.Invariant($"passed {rater.ChecksPassed} of {rater.Checks} checks")
            : LeastMedianSeconds is { } seconds && rater.MedianSeconds < seconds
                ? FormattableString.Invariant($"looked for {rater.MedianSeconds:0.##} seconds (median)")
            : LeastConsistency is { } share && rater.Consistency < share
                ? FormattableString.Invariant(
                    $"gave the same answer to {rater.RepeatsSame} of {rater.Repeats} repeated pages"
                )
            : null;
    }
}
