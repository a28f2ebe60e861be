using System.CommandLine;
using System.CommandLine.Help;
using System.Text.RegularExpressions;

namespace Semblance.Cli.Options;

/// <summary>
/// The arguments of a command line, read before the parser, which takes the next option for the value of one that has none.
/// A value never begins with a dash, unless it is joined by <c>=</c> or is a number where a number is asked for; what
/// follows <c>--</c> is a path or name, whatever it looks like.
/// </summary>
internal sealed partial class StrictArguments
{
    private const string EndOfOptions = "--";

    private readonly List<string> _path = [];
    private readonly List<string> _parts = [];
    private readonly List<string> _operands = [];
    private readonly List<string> _faults = [];
    private readonly Dictionary<Option, string> _given = [];
    private readonly Queue<string> _rest;
    private string? _help;

    private StrictArguments(RootCommand root, IEnumerable<string> arguments)
    {
        Command = root;
        _rest = new Queue<string>(arguments);
        while (_rest.TryDequeue(out var argument))
        {
            if (argument == EndOfOptions)
            {
                _operands.AddRange(_rest);
                break;
            }

            Read(argument);
        }

        // What is missing or too much may follow from what is wrong.
        if (_faults.Count == 0 && ArgumentFaults.OfOperands(Command, _operands) is { } fault)
        {
            _faults.Add(fault);
        }
    }

    /// <summary>The command that is meant, as far as its name could be read.</summary>
    public Command Command { get; private set; }

    /// <summary>What is wrong, a sentence each; empty where the parser may go on.</summary>
    public IReadOnlyList<string> Faults => _help is null ? _faults : [];

    /// <summary>The same for the parser, each option with its value, paths and names last.</summary>
    public IReadOnlyList<string> Arguments =>
        _help is not null ? [.. _path, _help]
        : _operands.Count > 0 ? [.. _path, .. _parts, EndOfOptions, .. _operands]
        : [.. _path, .. _parts];

    public static StrictArguments Of(RootCommand root, IEnumerable<string> arguments) => new(root, arguments);

    private void Read(string argument)
    {
        if (Find(argument) is { } option)
        {
            Take(option, argument, null);
        }
        else if (!LooksLikeOption(argument))
        {
            Name(argument);
        }
        else if (argument.IndexOf('=', StringComparison.Ordinal) is var at and > 0 && Find(argument[..at]) is { } named)
        {
            Take(named, argument[..at], argument[(at + 1)..]);
        }
        else if (argument[1] != '-' && argument.Length > 2 && Find(argument[..2]) is { } letter)
        {
            Letters(letter, argument);
        }
        else
        {
            _faults.Add(ArgumentFaults.OfUnknown(Command, argument, Options()));
        }
    }

    /// <summary>Several options of one letter, such as <c>-qy</c>, or one with its value, such as <c>-ofile</c>.</summary>
    private void Letters(Option option, string argument)
    {
        var (name, rest) = (argument[..2], argument[2..]);
        if (!IsFlag(option))
        {
            Take(option, name, rest);
            return;
        }

        Take(option, name, null);
        Read("-" + rest);
    }

    private void Take(Option option, string name, string? joined)
    {
        if (option is HelpOption or VersionOption)
        {
            _help = name;
        }
        else if (IsFlag(option))
        {
            TakeFlag(option, name, joined);
        }
        else if (joined is not null)
        {
            Add(option, name, joined);
        }
        else if (_rest.TryPeek(out var next) && IsValue(option, next))
        {
            Add(option, name, _rest.Dequeue());
            while (option.AllowMultipleArgumentsPerToken && _rest.TryPeek(out next) && IsValue(option, next))
            {
                Add(option, name, _rest.Dequeue());
            }
        }
        else if (option.Arity.MinimumNumberOfValues == 0)
        {
            Add(option, name, bool.TrueString);
        }
        else
        {
            _faults.Add($"Option '{name}' takes {option.HelpName}, and {Instead(name, next)}.");
        }
    }

    /// <summary>What stands where a value should; a text with a dash that is no option goes with it.</summary>
    private string Instead(string name, string? next)
    {
        if (next is null)
        {
            return "nothing follows";
        }

        if (next == EndOfOptions || Find(next.Split('=')[0]) is not null)
        {
            return $"'{next}' follows";
        }

        _rest.Dequeue();
        var value = next.Contains(' ', StringComparison.Ordinal) ? $"\"{next}\"" : next;
        return $"'{next}' begins with a dash; if it is meant, write {name}{(name.Length > 2 ? "=" : "")}{value}";
    }

    private void TakeFlag(Option option, string name, string? joined)
    {
        switch (joined)
        {
            case null or "true":
                Add(option, name, null);
                break;
            case "false":
                break;
            default:
                _faults.Add($"Option '{name}' takes no value, or true or false, not '{joined}'.");
                break;
        }
    }

    private void Add(Option option, string name, string? value)
    {
        if (option.ValueType == typeof(bool?) && !bool.TryParse(value, out _))
        {
            _faults.Add($"Option '{name}' takes true or false, not '{value}'.");
            return;
        }

        var again = !_given.TryAdd(option, value ?? "");
        if (again && value is not null && option.Arity.MaximumNumberOfValues == 1)
        {
            _faults.Add(
                _given[option] == value
                    ? $"Option '{name}' is given twice; give it once."
                    : $"Option '{name}' is given twice, as '{_given[option]}' and as '{value}'; give it once."
            );
            return;
        }

        if (value is not null)
        {
            // Joined, since the parser looks for options in what stands alone; but it overlooks an empty value that is joined.
            _parts.AddRange(value.Length > 0 ? [$"{name}={value}"] : [name, value]);
        }
        else if (!again)
        {
            _parts.Add(name);
        }
    }

    /// <summary>A command, or what a command reads.</summary>
    private void Name(string argument)
    {
        if (_operands.Count == 0 && Command.Subcommands.FirstOrDefault(one => one.Name == argument) is { } command)
        {
            Command = command;
            _path.Add(argument);
        }
        else
        {
            _operands.Add(argument);
        }
    }

    private Option? Find(string name) =>
        Options().FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    /// <summary>Those of the command, and the help, which is in all.</summary>
    private IEnumerable<Option> Options()
    {
        var own = Command.Options.AsEnumerable();
        return Command is RootCommand ? own : own.Concat(Command.Parents.OfType<Command>().SelectMany(Recursive));

        static IEnumerable<Option> Recursive(Command command) =>
            command
                .Options.Where(option => option.Recursive)
                .Concat(command.Parents.OfType<Command>().SelectMany(Recursive));
    }

    private static bool IsFlag(Option option) => option.ValueType == typeof(bool);

    private static bool IsValue(Option option, string text) =>
        !LooksLikeOption(text) || (IsNumeric(option) && NegativeNumber().IsMatch(text));

    private static bool IsNumeric(Option option) =>
        option.ValueType != typeof(string) && option.ValueType != typeof(string[]) && option.ValueType != typeof(bool?);

    /// <summary>A dash alone is standard input or output.</summary>
    private static bool LooksLikeOption(string text) => text.Length > 1 && text[0] == '-';

    [GeneratedRegex(@"^-\.?\d", RegexOptions.None, matchTimeoutMilliseconds: 2000)]
    private static partial Regex NegativeNumber();
}
