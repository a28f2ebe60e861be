namespace Semblance.Runs.Agreeing;

/// <summary>What an agreement is read from.</summary>
/// <param name="Path">A run folder with scores, or a table of scores.</param>
public sealed record AgreementSource(string Path)
{
    /// <summary>Name of the table of votes in a run folder.</summary>
    public const string VotesName = "votes.csv";

    /// <summary>Name of the rules of exclusion in a run folder.</summary>
    public const string ExclusionsName = "exclusions.json";

    /// <summary>The table of votes; null for <see cref="VotesName"/> in the run folder.</summary>
    public string? Votes { get; init; }

    /// <summary>Where the votes come from.</summary>
    public VoteForm Form { get; init; }

    /// <summary>Columns of the votes that are named otherwise, as <c>field=column</c>.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Names or keys of encoders, the first one for the verdict; empty for all that were scored.</summary>
    public IReadOnlyList<string> Encoders { get; init; } = [];

    /// <summary>Tables of scores to compare with, such as of a similarity of colour histograms.</summary>
    public IReadOnlyList<string> Baselines { get; init; } = [];

    /// <summary>Rules of exclusion; null for those in the run folder, or the usual ones.</summary>
    public string? Exclusions { get; init; }
}
