using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Semblance.Wording;

namespace Semblance.Cli.Commands;

/// <summary>The options that <c>compare</c>, <c>plan</c> and <c>gate</c> have in common: what to read, how prompts meet, where results go.</summary>
internal sealed class SharedOptions
{
    public Argument<string[]> Paths { get; } =
        new("PATH")
        {
            Description =
                "A run folder, a table of scores (model, prompt, scs), or image folders or embeddings to score first\n[default: the run folder]",
            Arity = ArgumentArity.ZeroOrMore,
        };

    public Option<string?> Encoder { get; } =
        new("--encoder")
        {
            Description = "Which encoder's scores, where there are several; for images, which to score with",
            HelpName = "NAME",
        };

    public Option<string> Run { get; } =
        new("--run")
        {
            Description = "Run folder: what is read without PATH, and where images are scored into",
            HelpName = "DIR",
            DefaultValueFactory = _ => ScoreRequest.DefaultRun,
        };

    public Option<string[]> StripSuffix { get; } =
        new("--strip-suffix")
        {
            Description = "Take TEXT off the end of a model's prompts before they are matched (repeatable)",
            HelpName = "MODEL=TEXT",
        };

    public Option<bool> AllowUnmatched { get; } =
        new("--allow-unmatched") { Description = "Leave out prompts that not every model has" };

    public Option<string> Format { get; } =
        new("--format")
        {
            Description = "How the results are written",
            HelpName = "table|json|csv",
            DefaultValueFactory = _ => "table",
        };

    public Option<string?> Output { get; } =
        new("--output", "-o") { Description = "A file for the results instead of standard output", HelpName = "FILE" };

    public Option<bool> SkipBad { get; } =
        new("--skip-bad") { Description = "Score what can be read of the images and leave out the rest" };

    public Option<int?> Threads { get; } =
        Count<int>("--threads", "Threads to use; all cores by default. No number depends on it");

    public Option<bool> Quiet { get; } =
        new("--quiet", "-q") { Description = "No progress and no warnings on standard error" };

    /// <summary>Adds the argument and the options, the command's own ones between them.</summary>
    public void AddTo(Command command, params IEnumerable<Option> own)
    {
        OneOf(Format, "table", "json", "csv");
        command.Add(Paths);
        foreach (
            var option in (Option[])
                [.. own, StripSuffix, AllowUnmatched, Encoder, Run, Format, Output, SkipBad, Threads, Quiet]
        )
        {
            command.Add(option);
        }

        Paths.Validators.Add(result =>
        {
            foreach (var path in result.Tokens.Select(token => token.Value))
            {
                // A mistyped option would otherwise be taken for a path.
                if (path.StartsWith('-') && !Path.Exists(path))
                {
                    result.AddError(
                        $"There is no option '{path}'.{SimilarNames.Hint(path, command.Options.Select(option => option.Name))}"
                    );
                }
            }
        });
    }

    /// <summary>What was given for them.</summary>
    public SourceRequest Read(ParseResult parsed) =>
        new(
            parsed.GetValue(Paths) is { Length: > 0 } paths ? paths : [parsed.GetRequiredValue(Run)],
            parsed.GetValue(Encoder),
            parsed.GetRequiredValue(Run),
            parsed.GetValue(StripSuffix) ?? [],
            parsed.GetValue(AllowUnmatched),
            parsed.GetRequiredValue(Format),
            parsed.GetValue(Output),
            parsed.GetValue(SkipBad),
            parsed.GetValue(Threads),
            parsed.GetValue(Quiet)
        );

    public static void OneOf(Option option, params string[] words) =>
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string given }] && !words.Contains(given, StringComparer.Ordinal))
            {
                result.AddError(
                    $"Option '{option.Name}' takes {string.Join(", ", words[..^1])} or {words[^1]}, not '{given}'."
                );
            }
        });

    /// <summary>A whole number.</summary>
    public static Option<T> Whole<T>(string name, string description, T usual, T least)
        where T : struct, IBinaryInteger<T> =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                var given = result.Tokens[0].Value;
                if (
                    T.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number >= least
                )
                {
                    return number;
                }

                result.AddError($"Option '{name}' takes a whole number of at least {least}, not '{given}'.");
                return usual;
            },
        };

    /// <summary>A whole number of at least 1, or none given.</summary>
    public static Option<T?> Count<T>(string name, string description)
        where T : struct, IBinaryInteger<T> =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
            {
                var given = result.Tokens[0].Value;
                if (
                    T.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number >= T.One
                )
                {
                    return number;
                }

                result.AddError($"Option '{name}' takes a whole number of at least 1, not '{given}'.");
                return null;
            },
        };

    /// <summary>Refuses the empty text, which a script gives whose variable is not set.</summary>
    public static T NotEmpty<T>(T option)
        where T : Option
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
            {
                result.AddError($"Option '{option.Name}' takes {option.HelpName}, and not an empty text.");
            }
        });
        return option;
    }

    /// <summary>A number with a decimal point, in every culture.</summary>
    public static Option<double?> Number(string name, string description, string help = "X") =>
        new(name)
        {
            Description = description,
            HelpName = help,
            CustomParser = result =>
            {
                var given = result.Tokens[0].Value;
                if (
                    double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    && double.IsFinite(number)
                )
                {
                    return number;
                }

                result.AddError($"Option '{name}' takes a number such as 0.5, not '{given}'.");
                return null;
            },
        };
}

/// <summary>What was given for the options that <c>compare</c>, <c>plan</c> and <c>gate</c> have in common.</summary>
internal sealed record SourceRequest(
    IReadOnlyList<string> Paths,
    string? Encoder,
    string Run,
    IReadOnlyList<string> StripSuffixes,
    bool AllowUnmatched,
    string Format,
    string? Output,
    bool SkipBad,
    int? Threads,
    bool Quiet
);
