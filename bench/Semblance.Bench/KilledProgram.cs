using System.Diagnostics;

namespace Semblance.Bench;

/// <summary>Runs the built program, and kills it after a while.</summary>
/// <param name="Assembly">Semblance.Cli.dll.</param>
/// <param name="Place">The folder that it runs in.</param>
/// <param name="Hub">Where it pulls from.</param>
internal sealed record KilledProgram(string Assembly, string Place, Uri Hub)
{
    /// <summary>The code of a process that was ended by SIGKILL.</summary>
    public const int Killed = 137;

    public string Cache(string run) => Path.Combine(Place, $"{run}-hub");

    /// <summary>Removes what a run left.</summary>
    public void Forget(string run)
    {
        foreach (var folder in (string[])[Path.Combine(Place, run), Cache(run)])
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        File.Delete(Path.Combine(Place, $"{run}.json"));
    }

    /// <summary>Runs it to its end, or until it is killed.</summary>
    /// <returns>Its code: <see cref="Killed"/> where it was killed; another than that and 0 is a fault, and is printed.</returns>
    public async Task<int> RunAsync(string[] arguments, string run, TimeSpan? after)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments])
        {
            WorkingDirectory = Place,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HF_HUB_CACHE"] = Cache(run);
        start.Environment["HF_ENDPOINT"] = Hub.AbsoluteUri.TrimEnd('/');
        start.Environment.Remove("HF_HUB_OFFLINE");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (after is { } time)
        {
            using var stop = new CancellationTokenSource(time);
            try
            {
                await process.WaitForExitAsync(stop.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync();
        await output;
        var said = await error;
        if (process.ExitCode is not (0 or Killed))
        {
            Console.WriteLine($"{string.Join(' ', arguments)} ended with {process.ExitCode}: {said}");
        }

        return process.ExitCode;
    }
}
