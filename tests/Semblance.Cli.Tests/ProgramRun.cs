using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests;

/// <summary>What one run of the built program said.</summary>
internal sealed partial record ProgramRun(int Code, string Output, string Error)
{
    /// <summary>A line of a stack trace.</summary>
    public static Regex StackTrace { get; } = new(@"^\s+at ", RegexOptions.Multiline | RegexOptions.ExplicitCapture);

    /// <summary>Environment variables that may not change a test.</summary>
    public static IReadOnlyList<string> SettingsOfTheTester { get; } =
    ["COLUMNS", "NO_COLOR", "SEMBLANCE_DEBUG", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HF_ENDPOINT"];

    private static string Assembly { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "Semblance.Cli.dll");

    /// <summary>Runs <c>semblance</c> in <paramref name="folder"/> until it ends.</summary>
    public static async Task<ProgramRun> OfAsync(
        string folder,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        Action<Process, string>? onErrorLine = null
    )
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Assembly);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Isolate(start, folder, environment);
        using var process = Process.Start(start)!;
        var error = new StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
            {
                error.Append(line.Data).Append('\n');
                onErrorLine?.Invoke(process, line.Data);
            }
        };
        process.BeginErrorReadLine();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new ProgramRun(process.ExitCode, output, error.ToString());
    }

    /// <summary>Runs <c>semblance</c>, which has to come to a good end.</summary>
    public static async Task<ProgramRun> DoneAsync(
        string folder,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var run = await OfAsync(folder, arguments, environment);
        Assert.True(run.Code == ExitCode.Done, run.Error);
        return run;
    }

    /// <summary>Kills <c>semblance</c> as a machine that loses its power does, once something is so.</summary>
    public static async Task KillAsync(
        string folder,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        Func<bool> isTime
    )
    {
        using var process = Start(folder, arguments, environment);
        while (!process.HasExited && !isTime())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a signal (Unix only); 0 where it was sent.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Signal(int process, int signal);

    /// <summary>Starts <c>semblance</c> without waiting for it; what it writes goes to <paramref name="onLine"/> or nowhere.</summary>
    public static Process Start(
        string folder,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        Action<string>? onLine = null
    )
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Isolate(start, folder, environment);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => onLine?.Invoke(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>How <c>semblance</c> is started, for tests that hold its standard input.</summary>
    public static ProcessStartInfo StartOf(string folder, IEnumerable<string> arguments, bool redirectInput)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = redirectInput,
            RedirectStandardError = true,
        };
        Isolate(start, folder, null);
        return start;
    }

    /// <summary>Runs a line of the shell in which <c>"$@"</c> is the program with its arguments (Unix only).</summary>
    public static async Task<ProgramRun> OfShellAsync(string folder, string line, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/bash")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["-c", line, "bash", "dotnet", Assembly, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        Isolate(start, folder, null);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new ProgramRun(process.ExitCode, output, await error);
    }

    // Neither the tester's models nor settings of their terminal may change a test.
    private static void Isolate(ProcessStartInfo start, string folder, IReadOnlyDictionary<string, string>? environment)
    {
        foreach (var name in SettingsOfTheTester)
        {
            start.Environment.Remove(name);
        }

        start.Environment["HF_HOME"] = System.IO.Path.Combine(folder, "no-hub");
        start.Environment["HF_HUB_OFFLINE"] = "1";
        foreach ((var name, var value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
    }
}
