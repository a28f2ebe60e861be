using System.CommandLine;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Options;

/// <summary>The options that say where results go and in which form.</summary>
/// <param name="command">Gets them.</param>
/// <param name="what">The results, for the help: <c>scores</c>.</param>
internal sealed class ResultOptions(Command command, string what)
{
    private readonly Option<string> _format = command.OneOf(
        "--format",
        $"How the {what} are written",
        "table",
        "json",
        "csv"
    );

    private readonly Option<string?> _output = command.Added(
        new Option<string?>("--output", "-o")
        {
            Description = $"A file for the {what}; - is standard output [default: -]",
            HelpName = "FILE",
        }.NotEmpty()
    );

    /// <summary>The results go there once the command is done: a file that is read for them is refused.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="inputs">What the command reads.</param>
    /// <exception cref="UsageException">The file is one of the inputs.</exception>
    public Results Read(ParseResult parsed, params IEnumerable<string?> inputs) =>
        new(parsed.GetRequiredValue(_format), OutputFile.Of(_output, parsed, inputs));
}
