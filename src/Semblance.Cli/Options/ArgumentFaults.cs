using System.CommandLine;
using Semblance.Wording;

namespace Semblance.Cli.Options;

/// <summary>What is wrong with a command line, each in a sentence or two.</summary>
internal static class ArgumentFaults
{
    /// <summary>About something that begins with a dash and is not an option of the command.</summary>
    public static string OfUnknown(Command command, string argument, IEnumerable<Option> options)
    {
        var name = argument.Split('=')[0];
        var hint = SimilarNames.Hint(
            name,
            options.SelectMany(option => option.Aliases.Prepend(option.Name)).Where(known => known.StartsWith('-'))
        );
        var before = command is RootCommand ? " before the command" : "";
        var path =
            command.Arguments.Count > 0 && Path.Exists(argument)
                ? $" For the path of that name write ./{argument}."
                : "";
        return $"There is no option '{name}'{before}.{hint}{path}";
    }

    /// <summary>About paths and names that a command lacks, or has no place for; null where nothing is wrong.</summary>
    public static string? OfOperands(Command command, IReadOnlyList<string> operands)
    {
        var name = command is RootCommand ? "semblance" : command.Name;
        if (command.Subcommands.Count > 0)
        {
            var names = command.Subcommands.Select(sub => sub.Name);
            return operands is [{ } unknown, ..]
                ? $"There is no command '{unknown}' in {name}.{SimilarNames.Hint(unknown, names)}"
                : $"Which command of {name}? {string.Join(", ", names)}.";
        }

        var argument = command.Arguments.Count > 0 ? command.Arguments[0] : null;
        var most = argument?.Arity.MaximumNumberOfValues ?? 0;
        return operands.Any(string.IsNullOrWhiteSpace)
                ? $"An empty text is given where {argument?.Name ?? "an option"} is expected; perhaps a variable of a script is not set."
            : operands.Count > most
                ? argument is null
                        ? $"'{operands[most]}' belongs to no option, and {name} takes options only. Put a text with spaces in quotes."
                    : $"'{operands[most]}' is one too many: {name} takes one {argument.Name}."
            : operands.Count < (argument?.Arity.MinimumNumberOfValues ?? 0)
                ? $"The {argument!.Name} is missing that {name} needs."
            : null;
    }
}
