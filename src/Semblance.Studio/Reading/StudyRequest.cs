using Semblance.Agreement;
using Semblance.Studio.Design;

namespace Semblance.Studio.Reading;

/// <summary>What a study is to be, before the run is read.</summary>
/// <param name="Run">The run folder.</param>
public sealed record StudyRequest(string Run)
{
    /// <summary>At least two; empty for those of the run, if there are two.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Images on a side, at most; null for 20.</summary>
    public int? Show { get; init; }

    /// <summary>How many raters get a link; null for 3.</summary>
    public int? Raters { get; init; }

    /// <summary>What is asked; null for the usual question.</summary>
    public Question? Question { get; init; }

    /// <summary>Which pairs of models; null for all.</summary>
    public PairScheme? Pairs { get; init; }

    /// <summary>The model of <see cref="PairScheme.Against"/>.</summary>
    public string? Against { get; init; }

    /// <summary>Decides orders and sides; null for 1.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Pages of each kind of check; null for one for every 25 pages.</summary>
    public int? Checks { get; init; }

    /// <summary>Share of the pages that are shown again with swapped sides, 0 to 1; null for 0.1.</summary>
    public double? RepeatShare { get; init; }

    /// <summary>Pages for practice; null for none.</summary>
    public int? Training { get; init; }

    /// <summary>By which raters are left out; null for the usual rules.</summary>
    public ExclusionRules? Exclusions { get; init; }
}
