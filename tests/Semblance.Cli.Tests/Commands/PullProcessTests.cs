using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace Semblance.Cli.Tests.Commands;

/// <summary>Processes that are killed while they pull, and several that pull at once.</summary>
[Trait("speed", "slow")]
[UnsupportedOSPlatform("windows")]
public sealed class PullProcessTests : IDisposable
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly TemporaryFolder folder = new();

    private string Cache => Path.Combine(folder.Path, "home", "hub");

    private string Blobs => Path.Combine(Cache, "models--org--name", "blobs");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Kill_9_in_the_middle_loses_nothing_and_leaves_nothing_false()
    {
        var weights = Noise(8_000_000, 1);
        await using var hub = await FakeHub.StartAsync(
            new FakeRepository("org/name", Commit)
                .With("config.json", "{}")
                .With("model.safetensors", weights, large: true)
        );
        hub.Slowness = TimeSpan.FromMilliseconds(3);
        var incomplete = Path.Combine(Blobs, FakeRepository.BlobId(weights, large: true) + ".incomplete");
        var kills = 0;
        // Each time it is let go on a little further.
        for (long goal = 1_000_000; goal < 7_000_000; goal += 2_500_000)
        {
            using var process = Start(hub);
            while (!process.HasExited && Length(incomplete) < goal)
            {
                await Task.Delay(5, Cancel);
            }

            process.Kill();
            await process.WaitForExitAsync(Cancel);
            kills++;
            AssertSound();
            Assert.False(File.Exists(Path.Combine(Cache, "models--org--name", "refs", "main")));
        }

        hub.Slowness = TimeSpan.Zero;
        var last = await PullAsync(hub);

        Assert.Equal((0, 3), (last.Code, kills));
        Assert.Equal(
            weights,
            await File.ReadAllBytesAsync(Path.Combine(last.Output.TrimEnd('\n'), "model.safetensors"), Cancel)
        );
        long[] starts =
        [
            .. hub
                .Asked.Where(asked => asked.Range is not null && asked.Host == hub.StoreAddress.Authority)
                .Select(asked =>
                    long.Parse(asked.Range!["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture)
                ),
        ];
        Assert.Equal(3, starts.Length);
        Assert.True(starts[0] >= 1_000_000 && starts[1] >= 3_500_000 && starts[2] >= 6_000_000);
    }

    [Fact]
    public async Task Kill_9_at_the_renames_leaves_nothing_false()
    {
        const int Files = 240;
        var repository = new FakeRepository("org/name", Commit, dataset: true);
        for (var i = 0; i < Files; i++)
        {
            repository.With($"set {i / 20}/{i}.jpg", Noise(2000, i), large: i % 2 == 0);
        }

        await using var hub = await FakeHub.StartAsync(repository);
        var blobs = Path.Combine(Cache, "datasets--org--name", "blobs");
        var kills = 0;
        // A blob more is a rename just made; the next ones are under way in the other threads.
        for (var goal = 10; goal < Files - 40; goal += 60)
        {
            using var process = Start(hub, "--dataset");
            while (!process.HasExited && Blob(blobs) < goal)
            {
                await Task.Delay(1, Cancel);
            }

            kills += process.HasExited ? 0 : 1;
            process.Kill();
            await process.WaitForExitAsync(Cancel);
            AssertSound();
        }

        var last = await PullAsync(hub, "--dataset");

        Assert.Equal(0, last.Code);
        Assert.True(kills >= 3, $"only {kills} processes were killed at work");
        AssertSound();
        foreach ((var path, (var bytes, var _)) in repository.Files)
        {
            Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(last.Output.TrimEnd('\n'), path), Cancel));
        }

        Assert.Equal(Files, Blob(blobs));
        Assert.Empty(Directory.EnumerateFiles(blobs, "*.incomplete"));
    }

    [Fact]
    public async Task Ctrl_C_ends_with_130_and_the_next_pull_goes_on()
    {
        var weights = Noise(4_000_000, 2);
        await using var hub = await FakeHub.StartAsync(
            new FakeRepository("org/name", Commit).With("model.safetensors", weights, large: true)
        );
        hub.Slowness = TimeSpan.FromMilliseconds(3);
        var incomplete = Path.Combine(Blobs, FakeRepository.BlobId(weights, large: true) + ".incomplete");
        using var process = Start(hub);
        while (!process.HasExited && Length(incomplete) < 1_500_000)
        {
            await Task.Delay(5, Cancel);
        }

        Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]).Dispose();
        await process.WaitForExitAsync(Cancel);
        hub.Slowness = TimeSpan.Zero;
        var next = await PullAsync(hub);

        Assert.Equal((130, 0), (process.ExitCode, next.Code));
        Assert.Contains("still in 1 file", next.Error, StringComparison.Ordinal);
        Assert.Contains(hub.Asked, asked => asked.Range is not null);
        AssertSound();
    }

    [Fact]
    public async Task Two_processes_that_pull_the_same_model_share_the_work()
    {
        var weights = Noise(3_000_000, 3);
        await using var hub = await FakeHub.StartAsync(
            new FakeRepository("org/name", Commit)
                .With("config.json", "{}")
                .With("tokenizer.json", "[]")
                .With("model.safetensors", weights, large: true)
        );
        hub.Slowness = TimeSpan.FromMilliseconds(10);

        var runs = await Task.WhenAll(PullAsync(hub), PullAsync(hub), PullAsync(hub));

        Assert.All(runs, run => Assert.Equal(0, run.Code));
        Assert.Single(runs.Select(run => run.Output).Distinct());
        AssertSound();
        Assert.Single(hub.Asked, asked => asked.Host == hub.StoreAddress.Authority);
        Assert.Contains(runs, run => run.Error.Contains("another process is fetching", StringComparison.Ordinal));
    }

    private static byte[] Noise(int bytes, int seed)
    {
        var noise = new byte[bytes];
        new Random(seed).NextBytes(noise);
        return noise;
    }

    private static long Length(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;

    private static int Blob(string blobs) =>
        Directory.Exists(blobs)
            ? Directory.EnumerateFiles(blobs).Count(path => !path.EndsWith(".incomplete", StringComparison.Ordinal))
            : 0;

    /// <summary>Whatever has its final name is right.</summary>
    private void AssertSound()
    {
        foreach (var repository in Directory.EnumerateDirectories(Cache, "*--org--name"))
        {
            var blobs = Path.Combine(repository, "blobs");
            foreach (var blob in Directory.Exists(blobs) ? Directory.EnumerateFiles(blobs) : [])
            {
                var name = Path.GetFileName(blob);
                if (!name.EndsWith(".incomplete", StringComparison.Ordinal))
                {
                    Assert.Equal(name, FakeRepository.BlobId(File.ReadAllBytes(blob), large: name.Length == 64));
                }
            }

            var snapshots = Path.Combine(repository, "snapshots");
            foreach (
                var file in Directory.Exists(snapshots)
                    ? Directory.EnumerateFiles(snapshots, "*", SearchOption.AllDirectories)
                    : []
            )
            {
                Assert.NotEmpty(File.ReadAllBytes(file));
            }
        }
    }

    private Dictionary<string, string> Environment(FakeHub hub) =>
        new()
        {
            ["HF_HOME"] = Path.Combine(folder.Path, "home"),
            ["HF_HUB_OFFLINE"] = "0",
            ["HF_ENDPOINT"] = hub.Address.AbsoluteUri,
        };

    private Process Start(FakeHub hub, params string[] options) =>
        ProgramRun.Start(folder.Path, ["models", "pull", "org/name", "--quiet", .. options], Environment(hub));

    private Task<ProgramRun> PullAsync(FakeHub hub, params string[] options) =>
        ProgramRun.OfAsync(folder.Path, ["models", "pull", "org/name", .. options], Environment(hub));
}
