using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Connecting;

/// <summary>What a process left when it had ended.</summary>
/// <param name="ExitCode">Of the process; not 0 where it was ended.</param>
/// <param name="Output">The end of what it said, on both streams.</param>
/// <param name="IsTooLate">Whether it was ended since it took too long.</param>
internal sealed record ProgramEnd(int ExitCode, string Output, bool IsTooLate)
{
    /// <summary>The last line that speaks of an error, or else the last line.</summary>
    public string LastWords
    {
        get
        {
            string[] lines = [.. Output.Split(['\n', '\r']).Where(line => !string.IsNullOrWhiteSpace(line))];
            return lines.LastOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase))
                ?? lines.LastOrDefault()
                ?? "";
        }
    }
}

/// <summary>Runs a program to its end, or ends it and all that it has started.</summary>
internal sealed class ProgramRun(ServerProgram program, TimeProvider clock)
{
    private const int MostCharacters = 1 << 16;

    /// <summary>The file that is run; null where it is nowhere.</summary>
    public string? File { get; } =
        Path.IsPathRooted(program.File)
            ? program.File
            : (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .SelectMany(folder =>
                    (string[])[Path.Combine(folder, program.File), Path.Combine(folder, $"{program.File}.exe")]
                )
                .FirstOrDefault(System.IO.File.Exists);

    /// <summary>Starts a process, hears it, and waits for its end.</summary>
    /// <param name="arguments">As the program gets them; no shell reads them.</param>
    /// <param name="timeout">Ends the process.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <exception cref="CallException">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task<ProgramEnd> RunAsync(
        IEnumerable<string> arguments,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start(arguments);
        using var limit = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var output = new Tail();
        var said = Task.WhenAll(output.ReadAsync(process.StandardOutput), output.ReadAsync(process.StandardError));
        try
        {
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
        }

        await said;
        return new ProgramEnd(process.ExitCode, output.ToString(), limit.IsCancellationRequested);
    }

    private Process Start(IEnumerable<string> arguments)
    {
        try
        {
            var process = Process.Start(
                new ProcessStartInfo(File ?? program.File, arguments)
                {
                    WorkingDirectory = program.Folder,
                    UseShellExecute = false,
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    StandardOutputEncoding = Encoding.UTF8,
                    StandardErrorEncoding = Encoding.UTF8,
                }
            )!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception error)
        {
            throw new CallException(
                CallEnd.Server,
                File is null || !System.IO.File.Exists(File)
                    ? $"cannot be started: there is no program {program.File}; give its path as program"
                    : $"cannot be started: {File} is not a program that this machine runs, or may not be run",
                error
            );
        }
    }

    /// <summary>The end of a text that comes in parts from two streams.</summary>
    private sealed class Tail
    {
        private readonly StringBuilder _text = new();

        public async Task ReadAsync(StreamReader stream)
        {
            var buffer = new char[4096];
            while (await stream.ReadAsync(buffer) is > 0 and var read)
            {
                lock (_text)
                {
                    _text.Append(buffer, 0, read);
                    if (_text.Length > MostCharacters)
                    {
                        _text.Remove(0, _text.Length - MostCharacters);
                    }
                }
            }
        }

        public override string ToString()
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }
}
