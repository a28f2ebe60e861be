using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Semblance.Studies.Scoring;
using Semblance.Wording;

namespace Semblance.Cli.Options;

/// <summary>Options of the kinds that the commands have. A value that does not fit is a usage error that names the option.</summary>
internal static class NewOption
{
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    public static Option<string?> Text(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };

    /// <summary>May be given several times.</summary>
    public static Option<string[]> Texts(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };

    /// <summary>One of a few words, the first unless another is given.</summary>
    public static Option<string> OneOf(string name, string description, params string[] words)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => words[0],
        };
        Restrict(option, words);
        return option;
    }

    /// <summary>Refuses every value but these words.</summary>
    public static void Restrict(Option option, params string[] words) =>
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string given }] && !words.Contains(given, StringComparer.Ordinal))
            {
                result.AddError(
                    $"Option '{option.Name}' takes {string.Join(", ", words[..^1])} or {words[^1]}, not '{given}'."
                );
            }
        });

    /// <summary>An option for a whole number, at least <paramref name="least"/>.</summary>
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

    /// <summary>The run folder of a command.</summary>
    public static Option<string> Run(string description, string usual = ScoreRequest.DefaultRun) =>
        new("--run")
        {
            Description = description,
            HelpName = "DIR",
            DefaultValueFactory = _ => usual,
        };

    public static Option<int?> Threads(string more = "") =>
        Count<int>("--threads", "Threads to use; all cores by default" + more);

    public static Option<bool> Quiet(string what = "No progress and no warnings on standard error") =>
        new("--quiet", "-q") { Description = what };

    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask" };

    public static Option<bool> Offline() => Flag("--offline", "Fetch nothing; only what the cache holds");

    /// <summary>Refuses a path that is a mistyped option of the command.</summary>
    public static void RefuseMistyped(Argument<string[]> paths, Command command) =>
        paths.Validators.Add(result =>
        {
            foreach (var path in result.Tokens.Select(token => token.Value))
            {
                if (path.StartsWith('-') && !Path.Exists(path))
                {
                    result.AddError(
                        $"There is no option '{path}'.{SimilarNames.Hint(path, command.Options.Select(option => option.Name))}"
                    );
                }
            }
        });

    /// <summary>Reads the text of an option; a fault in it names the option.</summary>
    public static T Read<T>(Option option, string text, Func<string, T> read)
    {
        try
        {
            return read(text);
        }
        catch (UsageException fault)
        {
            throw new UsageException(
                $"{option.Name}: {char.ToLowerInvariant(fault.Message[0])}{fault.Message[1..]}",
                fault
            );
        }
    }
}
