using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Semblance.Cli.Commands;
using Semblance.Cli.Terminal;
using Semblance.Wording;

namespace Semblance.Cli;

/// <summary>From arguments to an exit code; the only place that turns exceptions into messages.</summary>
internal sealed class Entry(string[] args, Messages messages)
{
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

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await GuardAsync(() => InvokeAsync(stop.Token));

        void Stop(PosixSignalContext signal)
        {
            // The second Ctrl+C ends the process at once; what is on disk is whole either way, files are renamed into place.
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private async Task<int> InvokeAsync(CancellationToken cancellationToken)
    {
        var root = CommandTree.Build(messages);
        // A prompt may begin with '@': no response files.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction || parsed.Errors.Count > 0)
        {
            return TellUsage(root, parsed);
        }

        var configuration = new InvocationConfiguration()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(configuration, cancellationToken);
    }

    private int TellUsage(RootCommand root, ParseResult parsed)
    {
        var command = "semblance";
        if (args.Length == 0)
        {
            messages.Line("semblance: `demo` shows the whole way in seconds, `score PATH` scores your own images.");
        }
        else if (parsed.CommandResult.Command is RootCommand)
        {
            var hint = SimilarNames.Hint(args[0], root.Subcommands.Select(sub => sub.Name));
            messages.Error($"There is no command or option '{args[0]}'.{hint}");
        }
        else
        {
            var names = Ancestry(parsed.CommandResult).Select(part => part.Command.Name).Reverse();
            command += $" {string.Join(' ', names)}";
            foreach (var error in parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal))
            {
                messages.Error(error);
            }
        }

        messages.Line($"Run `{command} --help` for what it takes.");
        return ExitCode.Usage;
    }

    /// <summary>The command and those that it is part of, without the root.</summary>
    private static IEnumerable<CommandResult> Ancestry(CommandResult command)
    {
        for (var at = command; at is { Command: not RootCommand }; at = at.Parent as CommandResult)
        {
            yield return at;
        }
    }

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
