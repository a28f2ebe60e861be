using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;
using Semblance.Wording;

namespace Semblance.Runs.Comparing;

/// <summary>What <c>compare</c>, <c>plan</c> and <c>gate</c> start from: scores of one encoder, and their embeddings where there are any.</summary>
public sealed class CompareInput : IDisposable
{
    private readonly Lazy<RunVectors?> _run;
    private readonly Func<string, string, SetVectors?> _find;

    private CompareInput(IReadOnlyList<PromptScore> scores, string? encoderName, EncoderIdentity? encoder)
    {
        Scores = scores;
        EncoderName = string.IsNullOrEmpty(encoderName) ? null : encoderName;
        Encoder = encoder;
        _run = new Lazy<RunVectors?>(() => null);
        _find = (_, _) => null;
    }

    private CompareInput(
        RunFolder run,
        IReadOnlyList<PromptScore> scores,
        EncoderIdentity encoder,
        IReadOnlyCollection<string>? paths,
        IReadOnlyList<ImageRecord>? images = null
    )
        : this(scores, encoder.Name, encoder)
    {
        Run = run;
        _run = new Lazy<RunVectors?>(() => RunVectors.Open(run, encoder, paths, images));
        _find = (model, prompt) => _run.Value!.Find(model, prompt);
    }

    private CompareInput(IReadOnlyList<PromptScore> scores, EncoderIdentity encoder, EmbeddingInput vectors)
        : this(scores, encoder.Name, encoder)
    {
        Dictionary<(string, string), EmbeddingSet> sets = vectors.Sets.ToDictionary(set => (set.Model, set.Prompt));
        _find = (model, prompt) =>
            sets.TryGetValue((model, prompt), out var set)
                ? new SetVectors(set.Seeds, set.Count, set.Dimension, vectors => set.Vectors.Span.CopyTo(vectors))
                : null;
    }

    /// <summary>One line per model and prompt.</summary>
    public IReadOnlyList<PromptScore> Scores { get; }

    /// <summary>Sets that have no score, since they have fewer than two usable images.</summary>
    public IReadOnlyList<(string Model, string Prompt)> Unscored { get; private init; } = [];

    /// <summary>How tables were read, where that could have been otherwise.</summary>
    internal IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>What the scores were made with; null where the table does not say.</summary>
    public string? EncoderName { get; }

    /// <summary>All about the encoder; null where only its name is known.</summary>
    public EncoderIdentity? Encoder { get; }

    /// <summary>The run folder that the scores are of, where results are kept; null for tables.</summary>
    public RunFolder? Run { get; }

    /// <summary>Whether a path holds scores already: a run folder, or a table of scores.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="columns">Columns of tables that have other names than ours.</param>
    /// <exception cref="InputException">There is no such file, or it cannot be read.</exception>
    public static bool IsScored(string path, ColumnMap? columns = null) =>
        IsFolder(path) ? RunFolder.IsRun(path)
        : Directory.Exists(path) || File.Exists(path) ? ScoreTableReader.IsScores(path, columns)
        : throw new InputException($"There is no file or folder {path}.");

    /// <summary>Reads run folders and tables of scores. Several are joined; they must be of one encoder.</summary>
    /// <param name="paths">For each of which <see cref="IsScored"/>.</param>
    /// <param name="encoder">Name (or key) of the encoder whose scores are wanted; null if there is only one.</param>
    /// <param name="warn">Receives faults of a run folder that were worked around.</param>
    /// <param name="columns">Columns of tables that have other names than ours.</param>
    /// <exception cref="InputException">Bad tables, scores of several encoders, or a model and prompt twice.</exception>
    /// <exception cref="UsageException">No scores of that encoder.</exception>
    public static CompareInput Read(
        IReadOnlyList<string> paths,
        string? encoder,
        Action<string>? warn = null,
        ColumnMap? columns = null
    )
    {
        ArgumentNullException.ThrowIfNull(paths);
        RequireDistinct(paths);
        List<string> notes = [];
        IReadOnlyList<ScoreRow> rows =
        [
            .. paths.SelectMany(path =>
                IsFolder(path) ? OfRun(path, warn) : ScoreTableReader.Read(path, columns, notes.Add)
            ),
        ];
        rows = EncoderChoice.Of(rows, encoder, paths);
        RequireOnce(rows);
        notes.AddRange(paths.Where(path => !IsFolder(path)).Select(WithoutSeeds).OfType<string>());
        PromptScore[] scores =
        [
            .. rows.Select(row => new PromptScore(row.Model, row.Prompt, row.Scs, row.Seeds, row.StandardError)),
        ];
        if (paths is [string only] && IsFolder(only))
        {
            var run = new RunFolder(only, warn);
            var identity = run.ReadManifest()
                .Encoders.FirstOrDefault(one => StoredScores.KeyOf(one) == rows[0].EncoderKey);
            if (identity is not null)
            {
                var images = ImageTable.Read(run);
                return new CompareInput(run, scores, identity, null, images) { Unscored = LooseImages(images, scores) };
            }
        }

        return new CompareInput(scores, rows[0].Encoder, null) { Notes = notes };
    }

    /// <summary>
    /// The encoders whose scores there are: those of a run folder in the order in which they first scored it, those of tables
    /// as they come.
    /// </summary>
    /// <param name="paths">As for <see cref="Read"/>.</param>
    /// <param name="columns">Columns of tables that have other names than ours.</param>
    /// <returns>What each is called, no two alike, and what to ask <see cref="Read"/> for (null where a table names none).</returns>
    /// <exception cref="InputException">Bad tables.</exception>
    public static IReadOnlyList<(string Name, string? Choice)> EncodersOf(
        IReadOnlyList<string> paths,
        ColumnMap? columns = null
    )
    {
        ArgumentNullException.ThrowIfNull(paths);
        var kinds = paths
            .SelectMany(path => IsFolder(path) ? OfRun(path, null) : ScoreTableReader.Read(path, columns))
            .Select(row => (row.Encoder, Key: row.EncoderKey))
            .DistinctBy(kind => kind.Key ?? kind.Encoder)
            .ToArray();
        if (paths is [string only] && IsFolder(only))
        {
            var order = new RunFolder(only).ReadManifest().Encoders.Select(StoredScores.KeyOf).ToList();
            kinds = [.. kinds.OrderBy(kind => order.IndexOf(kind.Key ?? ""))];
        }

        return
        [
            .. kinds.Select(kind =>
                (
                    kinds.Count(other => other.Encoder == kind.Encoder) > 1 && kind.Key is not null
                        ? $"{kind.Encoder} ({kind.Key})"
                        : kind.Encoder ?? "",
                    kind.Key ?? kind.Encoder
                )
            ),
        ];
    }

    /// <summary>A run folder's own table has no seeds, where the folder beside it has.</summary>
    private static string? WithoutSeeds(string path) =>
        Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder
        && RunFolder.IsRun(folder)
        && Path.GetFileName(path) is StoredScores.FileName or StoredScores.CsvName
            ? $"{path} does not tell what each seed does, so that prompts are taken as independent, which they are not where they share seeds; compare the run folder {folder} itself."
            : null;

    /// <summary>Whether it is a folder that is not one table in parts.</summary>
    private static bool IsFolder(string path) => Directory.Exists(path) && !TableFile.IsTable(path);

    /// <summary>Scores that were just made and kept in a run folder.</summary>
    /// <param name="run">The folder that holds the embeddings.</param>
    /// <param name="report">The scores.</param>
    /// <param name="images">What was scored.</param>
    public static CompareInput Of(RunFolder run, ScoreReport report, ImageInput images)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(images);
        return new CompareInput(
            run,
            ScoresOf(report),
            report.Encoder,
            images.Rows.Select(row => ImageTable.PathOf(run, row.Path)).ToHashSet(StringComparer.Ordinal)
        )
        {
            Unscored = Without(images.Rows.Select(row => (row.Model, row.Prompt)), report),
        };
    }

    /// <summary>Scores that were just made of ready embeddings.</summary>
    public static CompareInput Of(ScoreReport report, EmbeddingInput embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        return new CompareInput(ScoresOf(report), report.Encoder, embeddings)
        {
            Unscored = Without(embeddings.Sets.Select(set => (set.Model, set.Prompt)).Concat(embeddings.Lost), report),
        };
    }

    /// <summary>The scores side by side.</summary>
    /// <param name="options">Sets without a score are added.</param>
    /// <exception cref="InputException">As of <see cref="ScoreMatching.Match"/>.</exception>
    /// <exception cref="UsageException">As of <see cref="ScoreMatching.Match"/>.</exception>
    public ScoreMatrix Match(MatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ScoreMatching.Match(Scores, options with { Unscored = Unscored });
    }

    /// <summary>Closes the files of the embeddings that were opened.</summary>
    public void Dispose()
    {
        if (_run.IsValueCreated)
        {
            _run.Value?.Dispose();
        }
    }

    /// <summary>The embeddings that a score was made of; null where there are none, or they are no longer the same.</summary>
    internal SetVectors? Vectors(PromptScore score) =>
        _find(score.Model, score.Prompt) is { } vectors && vectors.Images == score.Seeds ? vectors : null;

    private static (string, string)[] Without(IEnumerable<(string Model, string Prompt)> sets, ScoreReport report) =>
        [.. sets.Distinct().Except(report.Sets.Select(set => (set.Model, set.Prompt)))];

    /// <summary>Sets of one image in a run folder, which cannot have a score.</summary>
    private static (string, string)[] LooseImages(IReadOnlyList<ImageRecord> images, PromptScore[] scores) =>
        [
            .. images
                .GroupBy(image => (image.Model, image.Prompt))
                .Where(set => set.Count() == 1)
                .Select(set => set.Key)
                .Except(scores.Select(score => (score.Model, score.Prompt))),
        ];

    private static PromptScore[] ScoresOf(ScoreReport report) =>
        [.. report.Sets.Select(set => new PromptScore(set.Model, set.Prompt, set.Scs, set.Images, set.StandardError))];

    /// <summary>The scores of a run folder or a table, of all encoders.</summary>
    internal static IReadOnlyList<ScoreRow> RowsOf(string path, Action<string>? warn) =>
        Directory.Exists(path) ? [.. OfRun(path, warn)] : ScoreTableReader.Read(path);

    private static IEnumerable<ScoreRow> OfRun(string path, Action<string>? warn)
    {
        var lines = StoredScores.Read(new RunFolder(path, warn));
        return lines.Count > 0
            ? lines.Select(line => new ScoreRow(
                line.Set.Model,
                line.Set.Prompt,
                line.Set.Scs,
                line.Set.Images,
                line.Set.StandardError,
                line.Encoder,
                line.EncoderKey,
                path
            ))
            : throw new InputException($"The run folder {path} holds no scores yet; score it first, into itself.")
            {
                Remedies = [new Remedy(RemedyKind.ThisRunFolder, path)],
            };
    }

    private static void RequireDistinct(IReadOnlyList<string> paths)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (
            paths.FirstOrDefault(path => !seen.Add(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))) is
            { } twice
        )
        {
            throw new UsageException($"{twice} is named twice; name it once.");
        }
    }

    private static void RequireOnce(IReadOnlyList<ScoreRow> rows)
    {
        Dictionary<(string, string), ScoreRow> seen = [];
        List<(ScoreRow Row, string First)> twice = [];
        foreach (var row in rows)
        {
            if (!seen.TryAdd((row.Model, row.Prompt), row))
            {
                twice.Add((row, seen[(row.Model, row.Prompt)].Place));
            }
        }

        if (twice.Count > 0)
        {
            // Two tables of one model share all of its prompts: one line for each would repeat the same thing.
            var faults = twice
                .GroupBy(one => one.Row.Model, StringComparer.Ordinal)
                .Select(own =>
                    $"  model '{own.Key}', {Plural.Of(own.Count(), "prompt")}: {(own.Count() > 1 ? "the first is " : "")}{QuotedPrompt.Of(own.First().Row.Prompt)}, {own.First().First} and {own.First().Row.Place}"
                );
            throw new InputException(
                Listing.Of([
                    "These scores are given twice; keep one of each model and prompt, or name the models apart:",
                    .. faults,
                ])
            );
        }
    }
}
