namespace Semblance.Agreement;

/// <summary>What the figures of an agreement depend on.</summary>
public sealed record AgreementOptions
{
    /// <summary>Of the intervals, between 0 and 1.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>How often prompts (and raters) are drawn again.</summary>
    public int Resamples { get; init; } = 2000;

    /// <summary>The same seed gives the same figures, to the bit.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Of the alternative annotator test: 0.2 for experts, 0.15 for skilled raters, 0.1 for crowds.</summary>
    public double Penalty { get; init; } = 0.1;

    /// <summary>The rules by which raters are left out.</summary>
    public ExclusionRules Exclusions { get; init; } = new();

    /// <summary>0 for all cores; no figure depends on it.</summary>
    public Threads Threads { get; init; }
}
