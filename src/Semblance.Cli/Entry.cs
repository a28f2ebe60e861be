using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Semblance.Cli.Commands;
using Semblance.Cli.Options;
using Semblance.Cli.Terminal;
using Semblance.Text;

namespace Semblance.Cli;

/// <summary>From arguments to an exit code; the only place that turns exceptions into messages.</summary>
internal sealed class Entry(string[] args, Messages messages)
{
    /// <summary>A prompt may begin with '@': no response files. Letters are taken apart before.</summary>
    internal static readonly ParserConfiguration Parsing = new()
    {
        ResponseFileTokenReplacer = null,
        EnablePosixBundling = false,
    };

    /// <summary>A job of a cluster, which is ended by SIGTERM when its time is over or its machine is wanted.</summary>
    private bool IsShard =>
        args.Any(argument =>
            argument == ShardOption.Name || argument.StartsWith($"{ShardOption.Name}=", StringComparison.Ordinal)
        );

    public static Task<int> RunAsync(string[] args) =>
        RunAsync(args, new Messages(Console.Error, Surface.WidthOfStandardError()));

    internal static Task<int> RunAsync(string[] args, Messages messages) => new Entry(args, messages).RunAsync();

    private async Task<int> RunAsync()
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

        var terminated = false;
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        // The terminal was closed. Under nohup the signal never comes.
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        var code = await GuardAsync(() => InvokeAsync(stop.Token));
        return code == ExitCode.Cancelled ? Cancelled() : code;

        int Cancelled() => terminated && IsShard ? ExitCode.Requeue : ExitCode.Cancelled;

        void Stop(PosixSignalContext signal)
        {
            terminated |= signal.Signal == PosixSignal.SIGTERM;
            // The second Ctrl+C ends the process at once; what is on disk is whole either way, files are renamed into place.
            signal.Cancel = !stop.IsCancellationRequested;
            if (signal.Cancel)
            {
                Deadline.Begin(messages, Cancelled());
            }

            stop.Cancel();
        }
    }

    private async Task<int> InvokeAsync(CancellationToken cancellationToken)
    {
        var root = CommandTree.Build(messages);
        var strict = StrictArguments.Of(root, args);
        if (args.Length == 0 || strict.Faults.Count > 0)
        {
            return TellUsage(strict.Command, args.Length == 0 ? [] : strict.Faults);
        }

        var parsed = root.Parse(strict.Arguments, Parsing);
        if (parsed.Action is ParseErrorAction || parsed.Errors.Count > 0)
        {
            return TellUsage(strict.Command, parsed.Errors.Select(error => error.Message));
        }

        var configuration = new InvocationConfiguration()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(configuration, cancellationToken);
    }

    private int TellUsage(Command command, IEnumerable<string> faults)
    {
        if (args.Length == 0)
        {
            messages.Line("semblance: `demo` shows the whole way in seconds, `score PATH` scores your own images.");
        }

        foreach (var fault in faults.Distinct(StringComparer.Ordinal))
        {
            messages.Error(ControlCharacters.Escaped(fault));
        }

        messages.Line($"Run `{string.Join(' ', Line(command))} --help` for what it takes.");
        return ExitCode.Usage;
    }

    /// <summary>The command after those that it is part of.</summary>
    private static IEnumerable<string> Line(Command command) =>
        command is RootCommand
            ? ["semblance"]
            : command.Parents.OfType<Command>().SelectMany(Line).Append(command.Name);

    private async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception exception)
        {
            var code = Failure.Tell(exception, messages);
            if (Environment.GetEnvironmentVariable("SEMBLANCE_DEBUG") is "1")
            {
                messages.Line(exception.ToString());
            }

            return code;
        }
    }
}
