using Semblance.Comparison;
using Semblance.Runs.Comparing;
using Semblance.Runs.Formats;
using Semblance.Studies.Scoring;

namespace Semblance.Studies.Comparing;

/// <summary>Scores to compare: read where they are scored, scored first where not.</summary>
/// <param name="Paths">Run folders and tables of scores, or images or embeddings; all of one kind.</param>
public sealed record ScoreSource(IReadOnlyList<string> Paths)
{
    /// <summary>Whose scores, where there are several encoders; for images, which to score with.</summary>
    public string? Encoder { get; init; }

    /// <summary>Where images are scored into.</summary>
    public string Run { get; init; } = ScoreRequest.DefaultRun;

    /// <summary>How the prompts of several models are matched.</summary>
    public MatchOptions Match { get; init; } = new();

    /// <summary>Columns of tables that have other names than ours.</summary>
    public ColumnMap Columns { get; init; } = ColumnMap.None;

    /// <summary>Score what can be read of the images, and list the rest.</summary>
    public bool SkipBad { get; init; }

    /// <summary>0 for one per processor. No number depends on it.</summary>
    public int Threads { get; init; }

    /// <summary>What a report calls the source: the name of the run folder or of the first table.</summary>
    internal string Name(CompareInput input) => NameOf(input.Run?.Path ?? Paths[0]);

    /// <summary>What a report calls a run folder or table.</summary>
    internal static string NameOf(string path) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    /// <summary>All encoders whose scores there are, where none is named; empty for images.</summary>
    internal IReadOnlyList<(string Name, string? Choice)> Encoders() =>
        Encoder is null
        && Paths.All(path => (Directory.Exists(path) || File.Exists(path)) && CompareInput.IsScored(path, Columns))
            ? CompareInput.EncodersOf(Paths, Columns)
            : [];

    /// <summary>The scores of one of them.</summary>
    internal CompareInput Scores(string? encoder, StudyHost host) =>
        CompareInput.Read(Paths, encoder, host.Warning, Columns);

    /// <summary>Opens all paths, scoring images first.</summary>
    /// <returns>The scores, and the caution of the encoder if images were scored.</returns>
    internal async Task<(CompareInput Input, string? Caution)> OpenAsync(
        StudyHost host,
        CancellationToken cancellationToken
    )
    {
        if (Paths is [string only] && only == Run && !Directory.Exists(only))
        {
            throw new UsageException(
                $"There is no run folder {only} here; name a run folder, a table of scores, or image folders."
            );
        }

        TableColumns.Require(Columns, Paths);
        bool[] scored = [.. Paths.Select(path => CompareInput.IsScored(path, Columns))];
        if (!scored.Contains(false))
        {
            return (Scores(Encoder, host), null);
        }

        if (scored.Contains(true))
        {
            throw new UsageException(
                "Images and scores cannot be compared with each other; score the images into the run folder first, and name the run folder."
            );
        }

        var outcome = await ScoreStudy.RunAsync(
            new ScoreRequest(Paths)
            {
                Encoders = Encoder is null ? [] : [Encoder],
                Run = Run,
                SkipBad = SkipBad,
                Columns = Columns,
                Threads = Threads,
            },
            host,
            cancellationToken
        );
        return (outcome.ToCompare(), outcome.Caution);
    }
}
