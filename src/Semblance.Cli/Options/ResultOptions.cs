using System.CommandLine;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Options;

/// <summary>The options that say where results go and in which form.</summary>
/// <param name="what">The results, for the help: <c>scores</c>.</param>
internal sealed class ResultOptions(string what)
{
    public Option<string> Format { get; } =
        NewOption.OneOf("--format", $"How the {what} are written", "table", "json", "csv");

    public Option<string?> Output { get; } =
        new("--output", "-o") { Description = $"A file for the {what} instead of standard output", HelpName = "FILE" };

    public Results Read(ParseResult parsed) => new(parsed.GetRequiredValue(Format), parsed.GetValue(Output));
}
