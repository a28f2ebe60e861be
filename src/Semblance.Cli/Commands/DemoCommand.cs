using System.CommandLine;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance demo</c>: the whole way on built-in parts.</summary>
internal static class DemoCommand
{
    public const string DefaultRun = "./semblance-demo";

    public static Command Build()
    {
        var run = new Option<string>("--run")
        {
            Description = "Run folder for the images and embeddings",
            HelpName = "DIR",
            DefaultValueFactory = _ => DefaultRun,
        };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No progress on standard error" };
        var command = new Command(
            "demo",
            "See the whole way in seconds, offline, on images that built-in painters draw"
        )
        {
            run,
            quiet,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                DemoRun.RunAsync(parsed.GetRequiredValue(run), parsed.GetValue(quiet), cancellationToken)
        );
        return command;
    }
}
