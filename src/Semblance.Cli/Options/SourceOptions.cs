using System.CommandLine;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Studies.Comparing;

namespace Semblance.Cli.Options;

/// <summary>The options that <c>compare</c>, <c>plan</c> and <c>gate</c> have in common: what to read, how prompts meet, where results go.</summary>
internal sealed class SourceOptions
{
    private readonly Option<string?> _encoder = NewOption.Text(
        "--encoder",
        "Which encoder's scores, where there are several; for images, which to score with",
        "NAME"
    );

    private readonly Option<string> _run = NewOption.Run(
        "Run folder: what is read without PATH, and where images are scored into"
    );

    private readonly Option<string[]> _stripSuffix = NewOption.Texts(
        "--strip-suffix",
        "Take TEXT off the end of a model's prompts before they are matched (repeatable)",
        "MODEL=TEXT"
    );

    private readonly Option<bool> _allowUnmatched = NewOption.Flag(
        "--allow-unmatched",
        "Leave out prompts that not every model has"
    );

    private readonly Option<bool> _skipBad = NewOption.Flag(
        "--skip-bad",
        "Score what can be read of the images and leave out the rest"
    );

    private readonly Option<int?> _threads = NewOption.Threads(". No number depends on it");
    private readonly Option<bool> _quiet = NewOption.Quiet();
    private readonly ResultOptions _results = new("results");

    public Argument<string[]> Paths { get; } =
        new("PATH")
        {
            Description =
                "A run folder, a table of scores (model, prompt, scs), or image folders or embeddings to score first\n[default: the run folder]",
            Arity = ArgumentArity.ZeroOrMore,
        };

    /// <summary>Adds the argument and the options, the command's own ones between them.</summary>
    public void AddTo(Command command, params IEnumerable<Option> own)
    {
        command.Add(Paths);
        foreach (
            var option in (Option[])
                [
                    .. own,
                    _stripSuffix,
                    _allowUnmatched,
                    _encoder,
                    _run,
                    _results.Format,
                    _results.Output,
                    _skipBad,
                    _threads,
                    _quiet,
                ]
        )
        {
            command.Add(option);
        }

        NewOption.RefuseMistyped(Paths, command);
    }

    public ScoreSource Source(ParseResult parsed) =>
        new(parsed.GetValue(Paths) is { Length: > 0 } paths ? paths : [parsed.GetRequiredValue(_run)])
        {
            Encoder = parsed.GetValue(_encoder),
            Run = parsed.GetRequiredValue(_run),
            Match = new MatchOptions
            {
                StripSuffixes = parsed.GetValue(_stripSuffix) ?? [],
                AllowUnmatched = parsed.GetValue(_allowUnmatched),
            },
            SkipBad = parsed.GetValue(_skipBad),
            Threads = parsed.GetValue(_threads) ?? 0,
        };

    public Results Results(ParseResult parsed) => _results.Read(parsed);

    /// <summary>Which of the messages are wanted.</summary>
    public Messages Heard(ParseResult parsed, Messages messages) => messages with { Quiet = parsed.GetValue(_quiet) };
}
