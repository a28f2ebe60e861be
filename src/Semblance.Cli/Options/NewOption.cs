using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Semblance.Runs.Formats;
using Semblance.Studies.Scoring;

namespace Semblance.Cli.Options;

/// <summary>
/// Gives a command an argument or option of one of the kinds that the commands have, in the order of the help. A value that
/// does not fit is a usage error that names the option.
/// </summary>
internal static class NewOption
{
    public static Option<bool> Flag(this Command command, string name, string description) =>
        command.Added(new Option<bool>(name) { Description = description, Arity = ArgumentArity.Zero });

    /// <summary>A text that is not empty.</summary>
    public static Option<string?> Text(this Command command, string name, string description, string help) =>
        command.AnyText(name, description, help).NotEmpty();

    /// <summary>A text, perhaps the empty one.</summary>
    public static Option<string?> AnyText(this Command command, string name, string description, string help) =>
        command.Added(new Option<string?>(name) { Description = description, HelpName = help });

    /// <summary>Texts that are not empty; may be given several times.</summary>
    public static Option<string[]> Texts(this Command command, string name, string description, string help) =>
        command.Added(new Option<string[]>(name) { Description = description, HelpName = help }).NotEmpty();

    /// <summary>Names of columns of the tables that a command reads.</summary>
    public static Option<string[]> Columns(this Command command) =>
        command.Texts(
            "--column",
            "Read COLUMN of a table as our NAME: prompt, model, seed, path, embedding, scs ... (repeatable)",
            "NAME=COLUMN"
        );

    /// <summary>What is given for <see cref="Columns"/>.</summary>
    public static ColumnMap Read(this Option<string[]> columns, ParseResult parsed)
    {
        try
        {
            return ColumnMap.Parse(parsed.GetValue(columns) ?? []);
        }
        catch (UsageException fault)
        {
            throw new UsageException($"{columns.Name}: {fault.Message}", fault);
        }
    }

    /// <summary>One of a few words, the first unless another is given.</summary>
    public static Option<string> OneOf(this Command command, string name, string description, params string[] words) =>
        command
            .Added(
                new Option<string>(name)
                {
                    Description = description,
                    HelpName = string.Join('|', words),
                    DefaultValueFactory = _ => words[0],
                }
            )
            .Restrict(words);

    /// <summary>Refuses every value but these words.</summary>
    public static T Restrict<T>(this T option, params string[] words)
        where T : Option
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string given }] && !words.Contains(given, StringComparer.Ordinal))
            {
                result.AddError(
                    $"Option '{option.Name}' takes {(words.Length > 1 ? $"{string.Join(", ", words[..^1])} or " : "")}{words[^1]}, not '{given}'."
                );
            }
        });
        return option;
    }

    /// <summary>A whole number of at least 1, unless another is the <paramref name="least"/>; null if none is given.</summary>
    public static Option<T?> Count<T>(this Command command, string name, string description, T? least = null)
        where T : struct, IBinaryInteger<T> =>
        command.Parsed<T?>(
            name,
            description,
            "N",
            $"a whole number of at least {least ?? T.One}",
            text =>
                T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= (least ?? T.One)
                    ? number
                    : null
        );

    /// <summary>A number with a decimal point, in every culture.</summary>
    public static Option<double?> Number(this Command command, string name, string description, string help = "X") =>
        command.Parsed<double?>(
            name,
            description,
            help,
            "a number such as 0.5",
            text =>
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number)
                    ? number
                    : null
        );

    /// <summary>Whole numbers with commas between them.</summary>
    public static Option<int[]?> Counts(this Command command, string name, string description, int least) =>
        command.Parsed<int[]?>(
            name,
            description,
            "N,N,...",
            $"whole numbers of at least {least}, such as 10,20",
            text =>
            {
                int[] numbers =
                [
                    .. text.Split(',', StringSplitOptions.TrimEntries)
                        .Select(part =>
                            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                                ? number
                                : -1
                        ),
                ];
                return numbers.All(number => number >= least) ? numbers : null;
            }
        );

    /// <summary>True where it is given without a value; null where it is not given.</summary>
    public static Option<bool?> TrueOrFalse(this Command command, string name, string description) =>
        command.Added(
            new Option<bool?>(name)
            {
                Description = description,
                HelpName = "true|false",
                Arity = ArgumentArity.ZeroOrOne,
            }
        );

    /// <summary>Refuses the empty text, which a script gives whose variable is not set.</summary>
    public static T NotEmpty<T>(this T option)
        where T : Option
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => string.IsNullOrWhiteSpace(token.Value)) is { } empty)
            {
                var what = empty.Value.Length == 0 ? "an empty text" : "nothing but spaces";
                result.AddError($"Option '{option.Name}' takes {option.HelpName}, and not {what}.");
            }
        });
        return option;
    }

    /// <summary>The run folder of a command.</summary>
    public static Option<string> Run(
        this Command command,
        string description,
        string usual = ScoreRequest.DefaultRun
    ) =>
        command
            .Added(
                new Option<string>("--run")
                {
                    Description = description,
                    HelpName = "DIR",
                    DefaultValueFactory = _ => usual,
                }
            )
            .NotEmpty();

    public static Option<int?> Threads(this Command command, string more = "") =>
        command.Count<int>("--threads", "Threads to use; all cores by default" + more);

    /// <summary>Read weights into memory instead of mapping their files.</summary>
    public static Option<bool> NoMapping(this Command command) =>
        command.Flag("--no-mmap", "Read weights into memory instead of mapping their files");

    /// <summary>What images that are decoded may take together, in bytes; null if none is given.</summary>
    public static Option<long?> Memory(this Command command) =>
        command.Parsed<long?>(
            "--max-memory",
            "Memory for images that are decoded, all at a time together\n[default: a quarter of the machine's]",
            "SIZE",
            "a size such as 2GB, 512MiB or 1000000000",
            Size
        );

    /// <summary>How much of what is in a bucket the cache of a run folder may keep.</summary>
    public static Option<long?> CacheSize(this Command command) =>
        command.Parsed<long?>(
            "--cache-size",
            "Images of a bucket that are kept here after they were read [default: 10GB]",
            "SIZE",
            "a size such as 2GB, 512MiB or 1000000000",
            Size
        );

    /// <summary>Bytes: a number, and perhaps a unit, of 1000 (kB, MB, GB, TB) or of 1024 (KiB, MiB, GiB, TiB).</summary>
    private static long? Size(string text)
    {
        string[] units = ["", "k", "m", "g", "t"];
        var digits = text.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.').Count();
        var unit = text[digits..].Trim().ToLowerInvariant();
        var step = unit.EndsWith("ib", StringComparison.Ordinal) ? 1024 : 1000;
        var power = Array.IndexOf(units, unit.TrimEnd('b').TrimEnd('i'));
        return
            power >= 0
            && double.TryParse(
                text[..digits],
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number
            )
            && number * Math.Pow(step, power) is >= 1 and <= 1e15 and var bytes
            ? (long)bytes
            : null;
    }

    public static Option<bool> Quiet(
        this Command command,
        string what = "No progress and no warnings on standard error"
    ) => command.Added(new Option<bool>("--quiet", "-q") { Description = what, Arity = ArgumentArity.Zero });

    public static Option<bool> Yes(this Command command) =>
        command.Added(new Option<bool>("--yes", "-y") { Description = "Do not ask", Arity = ArgumentArity.Zero });

    public static Option<bool> Offline(this Command command) =>
        command.Flag("--offline", "Fetch nothing; only what the cache holds");

    public static T Added<T>(this Command command, T option)
        where T : Option
    {
        command.Add(option);
        return option;
    }

    /// <summary>The paths that a command reads.</summary>
    public static Argument<string[]> Paths(this Command command, string description, ArgumentArity arity)
    {
        var paths = new Argument<string[]>("PATH") { Description = description, Arity = arity };
        command.Add(paths);
        return paths;
    }

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

    /// <summary>An option whose text is read.</summary>
    /// <param name="command">Gets it.</param>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="help">What stands for the value in the help.</param>
    /// <param name="takes">What it takes, for the error.</param>
    /// <param name="read">Null where the text does not fit.</param>
    private static Option<T> Parsed<T>(
        this Command command,
        string name,
        string description,
        string help,
        string takes,
        Func<string, T> read
    ) =>
        command.Added(
            new Option<T>(name)
            {
                Description = description,
                HelpName = help,
                CustomParser = result =>
                {
                    var given = result.Tokens is [{ } token] ? token.Value : "";
                    var value = read(given);
                    if (value is null)
                    {
                        result.AddError($"Option '{name}' takes {takes}, not '{given}'.");
                    }

                    return value;
                },
            }
        );
}
