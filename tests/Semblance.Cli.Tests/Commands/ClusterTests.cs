using System.Diagnostics;

namespace Semblance.Cli.Tests.Commands;

/// <summary>
/// A study on a Slurm of this machine alone, whose configuration <c>SEMBLANCE_SLURM</c> names (<c>.ci/slurm start FOLDER</c>).
/// </summary>
[Trait("speed", "slow")]
public sealed class ClusterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string? Configuration { get; } = Environment.GetEnvironmentVariable("SEMBLANCE_SLURM");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Dictionary<string, string> Cluster { get; } = new() { ["SLURM_CONF"] = Configuration ?? "" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Eight_tasks_of_which_one_is_preempted_and_one_killed_come_to_what_one_process_does()
    {
        Assert.SkipWhen(Configuration is null, "SEMBLANCE_SLURM names no Slurm of this machine.");
        var (one, many) = (Place("one"), Place("many"));
        await DoneAsync(one, "study", "run");
        await DoneAsync(many, "cluster", "submit", "--engine", "slurm", "--shards", "8");
        var refused = await ProgramRun.OfAsync(many, ["cluster", "submit", "--engine", "slurm"], Cluster);
        Assert.Equal(3, refused.Code);
        Assert.Contains("is on the cluster already", refused.Error, StringComparison.Ordinal);

        // As a preemption: the first task that runs is told to end, and goes on later. The next one dies.
        var told = await RunningAsync(known: null);
        await SlurmAsync("scancel", "--batch", "--signal=TERM", told);
        string killed;
        do
        {
            // One that is just ending cannot be killed.
            killed = await RunningAsync(known: told);
        } while (await SlurmAsync("scancel", "--full", "--signal=KILL", killed) is null);

        await EndAsync();
        for (var rounds = 0; rounds < 5; rounds++)
        {
            var state = await DoneAsync(many, "cluster", "status");
            if (state.Output.Contains("All is done.", StringComparison.Ordinal))
            {
                break;
            }

            await DoneAsync(many, "cluster", "retry");
            await EndAsync();
        }

        foreach (var name in new[] { "run.json", "images.parquet", "scores.csv", "comparison.json" })
        {
            Assert.Equal(
                await File.ReadAllBytesAsync(Path.Combine(one, "run", name), Token),
                await File.ReadAllBytesAsync(Path.Combine(many, "run", name), Token)
            );
        }
    }

    private static async Task<ProgramRun> DoneAsync(string place, params string[] arguments)
    {
        var run = await ProgramRun.OfAsync(place, arguments, Cluster);
        Assert.True(run.Code == 0, run.Error);
        return run;
    }

    /// <summary>A task that runs, other than one that is known.</summary>
    private static async Task<string> RunningAsync(string? known)
    {
        while (true)
        {
            var running = (
                await SlurmAsync("squeue", "--noheader", "--array", "--states=RUNNING", "--format=%i")
            )!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (running.FirstOrDefault(task => task != known) is { } task)
            {
                return task;
            }

            await Task.Delay(200, Token);
        }
    }

    /// <summary>Waits until no job is left.</summary>
    private static async Task EndAsync()
    {
        while ((await SlurmAsync("squeue", "--noheader"))!.Length > 0)
        {
            await Task.Delay(1000, Token);
        }
    }

    /// <summary>What one of Slurm's programs says; null where it refuses.</summary>
    private static async Task<string?> SlurmAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["SLURM_CONF"] = Configuration;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return process.ExitCode == 0 ? output : null;
    }

    private string Place(string name)
    {
        File.WriteAllText(
            _folder.For(name, "study.yaml"),
            """
            name: on-slurm
            prompts: [a red fox, a harbour at dawn, a teapot]
            seeds: 1..6
            defaults: { width: 96, height: 96 }
            models: [{ id: steady, painter: steady }, { id: wanderer, painter: wanderer }]
            score: { encoders: [builtin] }
            output: { run: run }
            """
        );
        return _folder.At(name);
    }
}
