using Semblance.Cluster.Objects;
using Semblance.Imaging.Formats;
using Semblance.Runs.Sharding;
using Semblance.Studies;
using Semblance.Studies.Scoring;

namespace Semblance.Cluster.Tests.Objects;

[Trait("speed", "slow")]
public sealed class BucketInputsTests : IAsyncDisposable
{
    private const string Images = $"s3://{FakeS3.Bucket}/sets/fox model";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeS3 _server = new();
    private readonly List<string> _said = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private StudyHost Host =>
        new()
        {
            Note = _said.Add,
            Warning = _said.Add,
            Offline = true,
        };

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Images_in_a_bucket_score_as_in_a_folder_and_come_once()
    {
        Fill();
        var here = await ScoreStudy.RunAsync(Request("local", [_folder.At("fox model")]), Host, Token);
        var there = await ScoreAsync("run", 10_000_000);
        Assert.Equal(here.Report.Sets.Select(set => (set.Model, set.Prompt, set.Scs)), Sets(there));
        Assert.Equal(("fox model", 6), (there.Report.Sets[0].Model, Gets()));

        // All of them are kept, and none comes again; not even where the cache is gone but for what images hash to.
        Assert.Equal(Sets(there), Sets(await ScoreAsync("run", 10_000_000)));
        Directory.Delete(_folder.At("run", ".cache", "bucket"), recursive: true);
        Assert.Equal(Sets(there), Sets(await ScoreAsync("run", 10_000_000)));
        Assert.Equal(6, Gets());
        Assert.Contains(
            _said,
            said => said.Contains("6 images in s3://semblance/sets/fox model", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_cache_keeps_no_more_than_it_may()
    {
        Fill();
        var largest = _server.Objects.Values.Max(one => one.Bytes.Length);
        var whole = Sets(await ScoreAsync("whole", 10_000_000));
        Assert.Equal(whole, Sets(await ScoreAsync("run", largest)));
        Assert.True(Kept("run").Sum(file => new FileInfo(file).Length) <= largest);
        Assert.NotEmpty(Kept("run"));
    }

    [Fact]
    public async Task An_object_that_was_written_anew_is_read_again()
    {
        Fill();
        var before = Sets(await ScoreAsync("run", 10_000_000));
        _server.Put("sets/fox model/a/1.png", Picture("other", 9));
        var after = Sets(await ScoreAsync("run", 10_000_000));
        Assert.NotEqual(before[0], after[0]);
        Assert.Equal((before[1], 7), (after[1], Gets()));
    }

    [Fact]
    public async Task Shards_read_their_part_and_the_last_stage_reads_no_image()
    {
        Fill();
        var alone = Sets(await ScoreAsync("alone", 10_000_000));
        var before = Gets();
        foreach (var shard in new[] { "0/2", "1/2" })
        {
            await MirroredAsync(
                $"worker-{shard[0]}",
                MirrorPart.Embeddings,
                async (request, host, stop) =>
                {
                    await ScoreStudy.EmbedAsync(request, Shard.Parse(shard), host, stop);
                    return 0;
                }
            );
        }

        Assert.Equal(6, Gets() - before);
        var last = await MirroredAsync("last", MirrorPart.Embeddings | MirrorPart.Results, ScoreStudy.RunAsync);
        Assert.Equal((alone[0], alone[1], 6), (Sets(last)[0], Sets(last)[1], Gets() - before));
        Assert.Contains("runs/fox/scores.csv", _server.Objects.Keys);
    }

    [Fact]
    public async Task A_name_that_leads_out_of_the_folder_and_a_place_without_images_are_refused()
    {
        _server.Put("sets/fox model/readme.txt", [1]);
        var none = await Assert.ThrowsAsync<InputException>(() => ScoreAsync("run", 1));
        Assert.Contains("holds no images; expected", none.Message, StringComparison.Ordinal);

        _server.Put("sets/fox model/../../x.png", [1]);
        var odd = await Assert.ThrowsAsync<InputException>(() => ScoreAsync("run", 1));
        Assert.Contains("would not be a file in", odd.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_that_lets_no_one_read_ends_the_run_with_what_is_needed()
    {
        Fill();
        for (var i = 0; i < 20; i++)
        {
            _server.Fail(
                FakeS3.Error(403, "AccessDenied"),
                one => one.Path.EndsWith("2.png", StringComparison.Ordinal)
            );
        }

        var error = await Assert.ThrowsAsync<ResourceException>(() => ScoreAsync("run", 10_000_000));
        Assert.Contains("they need s3:GetObject", error.Message, StringComparison.Ordinal);
    }

    private static List<(string, string, double)> Sets(ScoreOutcome outcome) =>
        [.. outcome.Report.Sets.Select(set => (set.Model, set.Prompt, set.Scs))];

    private static byte[] Picture(string prompt, long seed) =>
        PngWriter.Write(FakePicture.Pixels("m", prompt, seed, 48, 48), 48, 48);

    private static ScoreRequest Request(string run, IReadOnlyList<string> paths) =>
        new(paths) { Encoders = ["builtin"], Run = run };

    /// <summary>Two sets of three images, here and in the bucket.</summary>
    private void Fill()
    {
        foreach (var prompt in new[] { "a", "b c" })
        {
            foreach (var seed in new[] { 1, 2, 3 })
            {
                var name = $"fox model/{prompt}/{seed}.png";
                File.WriteAllBytes(_folder.For(name.Split('/')), Picture(prompt, seed));
                _server.Put($"sets/{name}", Picture(prompt, seed));
            }
        }
    }

    private int Gets() => _server.Count("GET", "sets/");

    private string[] Kept(string run) =>
        Directory.GetFiles(_folder.At(run, ".cache", "bucket"), "*", SearchOption.AllDirectories);

    private Task<ScoreOutcome> ScoreAsync(string run, long mostBytes) =>
        BucketInputs.RunAsync(
            [Images],
            MirroredStudy.Settings(_server),
            _folder.At(run),
            mostBytes,
            Host,
            (paths, host, stop) => ScoreStudy.RunAsync(Request(_folder.At(run), paths), host, stop),
            Token
        );

    private Task<T> MirroredAsync<T>(
        string run,
        MirrorPart part,
        Func<ScoreRequest, StudyHost, CancellationToken, Task<T>> work
    ) =>
        Mirror.RunAsync(
            BucketAddress.Parse($"s3://{FakeS3.Bucket}/runs/fox"),
            MirroredStudy.Settings(_server),
            _folder.At(run),
            part,
            Host,
            (mirrored, stop) =>
                BucketInputs.RunAsync(
                    [Images],
                    MirroredStudy.Settings(_server),
                    _folder.At(run),
                    10_000_000,
                    mirrored,
                    (paths, host, ending) => work(Request(_folder.At(run), paths), host, ending),
                    stop
                ),
            Token
        );
}
