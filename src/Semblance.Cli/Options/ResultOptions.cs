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
            Description = $"A file for the {what} instead of standard output",
            HelpName = "FILE",
        }.NotEmpty()
    );

    public Results Read(ParseResult parsed) => new(parsed.GetRequiredValue(_format), parsed.GetValue(_output));
}
