using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Semblance.Cli.Commands;
using Semblance.Cli.Output;

namespace Semblance.Cli;

/// <summary>From arguments to an exit code; the only place that turns exceptions into messages.</summary>
internal static class Entry
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--version"])
        {
            // Ahead of the parser: scripts ask for the version often, and the answer needs none of the rest.
            return await GuardAsync(() =>
            {
                ResultOutput.ToStandardOutput(Versions.Text());
                return Task.FromResult(ExitCode.Done);
            });
        }

        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await GuardAsync(() => InvokeAsync(args, stop.Token));

        void Stop(PosixSignalContext signal)
        {
            // The second Ctrl+C ends the process at once; what is on disk is whole either way, files are renamed into place.
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private static async Task<int> InvokeAsync(string[] args, CancellationToken cancellationToken)
    {
        RootCommand root = CommandTree.Build();
        // A prompt may begin with '@': no response files.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction || parsed.Errors.Count > 0)
        {
            foreach (string error in parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal))
            {
                Messages.Error(error);
            }

            string command =
                parsed.CommandResult.Command is RootCommand
                    ? "semblance"
                    : $"semblance {parsed.CommandResult.Command.Name}";
            Messages.Line($"Run `{command} --help` for what it takes.");
            return ExitCode.Usage;
        }

        InvocationConfiguration configuration = new()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(configuration, cancellationToken);
    }

    private static async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception exception)
        {
            int code = Failure.Tell(exception);
            if (Environment.GetEnvironmentVariable("SEMBLANCE_DEBUG") is "1")
            {
                Messages.Line(exception.ToString());
            }

            return code;
        }
    }
}
