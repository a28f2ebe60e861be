using System.CommandLine;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Studies.Comparing;

namespace Semblance.Cli.Options;

/// <summary>The options that <c>compare</c>, <c>plan</c> and <c>gate</c> have in common: what to read, how prompts meet, where results go.</summary>
/// <param name="command">Gets them after its own.</param>
/// <param name="hasResults">Whether the command writes results as table, JSON or CSV.</param>
internal sealed class SourceOptions(Command command, bool hasResults = true)
{
    private readonly Argument<string[]> _paths = command.Paths(
        "A run folder, a table of scores (model, prompt, scs), or image folders or embeddings to score first\n[default: the run folder]",
        ArgumentArity.ZeroOrMore
    );

    private readonly Option<string[]> _stripSuffix = command.Texts(
        "--strip-suffix",
        "Take TEXT off the end of a model's prompts before they are matched (repeatable)",
        "MODEL=TEXT"
    );

    private readonly Option<bool> _allowUnmatched = command.Flag(
        "--allow-unmatched",
        "Leave out prompts that not every model has"
    );

    private readonly Option<string[]> _columns = command.Columns();

    private readonly ClusterOptions _clusters = new(command);

    private readonly Option<string?> _encoder = command.Text(
        "--encoder",
        "Which encoder's scores, where there are several; for images, which to score with",
        "NAME"
    );

    private readonly Option<string> _run = command.Run(
        "Run folder: what is read without PATH, and where images are scored into"
    );

    private readonly ResultOptions? _results = hasResults ? new(command, "results") : null;

    private readonly Option<bool> _skipBad = command.Flag(
        "--skip-bad",
        "Score what can be read of the images and leave out the rest"
    );

    private readonly Option<int?> _threads = command.Threads(". No number depends on it");
    private readonly Option<bool> _quiet = command.Quiet();

    /// <summary>The paths that are given; none for the run folder.</summary>
    public string[] Paths(ParseResult parsed) => parsed.GetValue(_paths) ?? [];

    /// <summary>What is read, and how prompts meet.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="models">The command's own option of the models to read; null for all.</param>
    public ScoreSource Source(ParseResult parsed, Option<string[]>? models = null) =>
        new(Paths(parsed) is { Length: > 0 } paths ? paths : [parsed.GetRequiredValue(_run)])
        {
            Encoder = parsed.GetValue(_encoder),
            Run = parsed.GetRequiredValue(_run),
            Match = new MatchOptions
            {
                Models = models is null ? [] : parsed.GetValue(models) ?? [],
                StripSuffixes = parsed.GetValue(_stripSuffix) ?? [],
                AllowUnmatched = parsed.GetValue(_allowUnmatched),
                Clusters = _clusters.Read(parsed, Paths(parsed), _columns.Read(parsed)),
            },
            Columns = _columns.Read(parsed),
            SkipBad = parsed.GetValue(_skipBad),
            Threads = parsed.GetValue(_threads) ?? 0,
        };

    /// <summary>Where results go; to be asked for before anything is read.</summary>
    /// <exception cref="UsageException">They would go over an input.</exception>
    public Results Results(ParseResult parsed) => _results!.Read(parsed, Read(parsed));

    /// <summary>The paths and the run folder, whichever is read.</summary>
    public IEnumerable<string> Read(ParseResult parsed) => [.. Paths(parsed), parsed.GetRequiredValue(_run)];

    /// <summary>Which of the messages are wanted.</summary>
    public Messages Heard(ParseResult parsed, Messages messages) => messages with { Quiet = parsed.GetValue(_quiet) };
}
