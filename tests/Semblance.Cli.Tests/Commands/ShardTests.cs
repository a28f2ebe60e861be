using System.Diagnostics;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tests.Commands;

/// <summary>One study by one process, and by many that know nothing of each other.</summary>
[Trait("speed", "slow")]
public sealed class ShardTests : IDisposable
{
    /// <summary>What the study comes to. Chunks of embeddings are cut otherwise, and hold the same vectors.</summary>
    private static readonly string[] Results =
    [
        "run.json",
        "images.parquet",
        "scores.csv",
        "scores.parquet",
        "comparison.json",
        "study-images.jsonl",
    ];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Study { get; } =
        $$"""
            version: 1
            name: sharded
            prompts: [a red fox, a harbour at dawn, "what? a teapot"]
            seeds: 1..4
            defaults: { width: 64, height: 64 }
            models:
              - { id: steady, painter: steady }
              - { id: wanderer, painter: wanderer, seeds: 1..3 }
              - { id: tiny, checkpoint: {{Fixtures.At("sdxl", "model")}}, steps: 2, seeds: [1, 4] }
            score: { encoders: [builtin] }
            output: { run: run }
            """;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Shards_that_die_repeat_and_overlap_come_to_what_one_process_does_to_the_bit()
    {
        var (one, many) = (Place("one"), Place("many"));
        await Done(one, "study", "run");

        // Shard 0 dies when its first image is there, and 1 of another count does the images of several.
        await KillAsync(many, "study", "run", "--shard", "0/8");
        await Task.WhenAll(
            Done(many, "study", "run", "--shard", "0/8", "--step", "images"),
            Done(many, "study", "run", "--shard", "1/3")
        );
        await Task.WhenAll(Done(many, "study", "run", "--shard", "2/8"), Done(many, "study", "run", "--shard", "2/8"));
        foreach (var shard in new[] { 7, 6, 5, 4, 3, 1, 3 })
        {
            await Done(many, "study", "run", "--shard", $"{shard}/8");
        }

        await Done(many, "study", "run", "--shard", "0/8", "--step", "embeddings");
        var last = await Done(many, "study", "run");

        Assert.Contains("all embedded before in run", last.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("generating", last.Error, StringComparison.Ordinal);
        AssertSame(one, many, Results.Concat(Images(one)));
        Assert.Equal(Images(one), Images(many));
    }

    [Fact]
    public async Task What_a_dead_shard_has_left_undone_the_last_process_does()
    {
        var (one, many) = (Place("one"), Place("many"));
        await Done(one, "study", "run");
        await Done(many, "study", "run", "--shard", "1/2");
        await Done(many, "study", "run");
        AssertSame(one, many, Results);
    }

    [Fact]
    public async Task A_shard_that_is_told_to_end_says_that_it_is_to_be_queued_again()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGTERM.");
        var place = Place("stopped");
        var run = await ProgramRun.OfAsync(
            place,
            ["study", "run", "--shard", "0/1"],
            onErrorLine: (process, line) =>
            {
                if (line.StartsWith("generating 0/", StringComparison.Ordinal))
                {
                    Assert.Equal(0, ProgramRun.Signal(process.Id, 15));
                }
            }
        );
        Assert.True(run.Code == ExitCode.Requeue, run.Error);
        await Done(place, "study", "run", "--shard", "0/1");
        Assert.Equal(27, Images(place).Count);
    }

    private static void AssertSame(string one, string many, IEnumerable<string> names) =>
        Assert.All(
            names,
            name =>
                Assert.Equal(
                    File.ReadAllBytes(Path.Combine(one, "run", name)),
                    File.ReadAllBytes(Path.Combine(many, "run", name))
                )
        );

    private static List<string> Images(string place)
    {
        var run = Path.Combine(place, "run");
        return
        [
            .. Directory
                .EnumerateFiles(Path.Combine(run, "images"), "*.png", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(run, path))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static Task<ProgramRun> Done(string place, params string[] arguments) =>
        ProgramRun.DoneAsync(place, arguments);

    /// <summary>Once its first image is there.</summary>
    private static Task KillAsync(string place, params string[] arguments)
    {
        var images = Path.Combine(place, "run", "images");
        return ProgramRun.KillAsync(
            place,
            arguments,
            new Dictionary<string, string>(),
            () =>
                Directory.Exists(images) && Directory.EnumerateFiles(images, "*.png", SearchOption.AllDirectories).Any()
        );
    }

    private string Place(string name)
    {
        File.WriteAllText(_folder.For(name, "study.yaml"), Study);
        return _folder.At(name);
    }
}
