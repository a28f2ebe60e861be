namespace Semblance.Cluster.Tests.Objects;

[Trait("speed", "slow")]
public sealed class MirrorTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeS3 _server = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private MirroredStudy Study => new(_folder, _server);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Shards_in_three_folders_and_a_last_stage_in_a_fourth_come_to_what_one_process_does_to_the_bit()
    {
        await Study.AloneAsync("last", "alone", Token);
        foreach (var shard in new[] { 0, 1, 2 })
        {
            await Study.ShardAsync($"worker-{shard}", $"{shard}/3", Token);
        }

        var last = Study;
        await last.FinishAsync("last", Token);

        last.AssertSame("alone", "last");
        Assert.Contains(last.Said, said => said.Contains("all embedded before", StringComparison.Ordinal));
        // The last stage needs no image: hashes and embeddings are enough.
        Assert.Empty(last.Images("last"));
        Assert.Equal(15, Enumerable.Range(0, 3).Sum(shard => last.Images($"worker-{shard}").Count));
        Assert.All(
            MirroredStudy.Results,
            name =>
                Assert.Equal(
                    File.ReadAllBytes(_folder.At("last", "run", name)),
                    _server.Objects[$"studies/foxes/{name}"].Bytes
                )
        );
    }
}
