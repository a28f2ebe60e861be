using System.CommandLine;
using Semblance.Cli.Options;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Commands;

/// <summary><c>semblance demo</c>: the whole way on built-in parts.</summary>
internal static class DemoCommand
{
    public static Command Build(Messages messages)
    {
        var command = new Command(
            "demo",
            "See the whole way in seconds, offline, on images that built-in painters draw"
        );
        var run = command.Run("Run folder for the images and embeddings", "./semblance-demo");
        var device = new DeviceOptions(command);
        var quiet = command.Quiet("No progress on standard error");
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                var heard = messages with { Quiet = parsed.GetValue(quiet) };
                return DemoRun.RunAsync(
                    parsed.GetRequiredValue(run),
                    device.Read(parsed, heard),
                    heard,
                    cancellationToken
                );
            }
        );
        return command;
    }
}
