using System.Runtime.CompilerServices;
using System.Text;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Generating;
using Semblance.Runs.Inputs;
using Semblance.Runs.Sharding;

namespace Semblance.Runs.Tests.Sharding;

public sealed class SharedFolderTests : IDisposable
{
    private readonly Workplace _place = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_file_system_that_cannot_rename_onto_a_file_is_refused_and_left_clean()
    {
        var refusing = new RunFolder(_place.At("run")) { Move = (_, _) => throw new IOException("Not supported") };
        AssertUnfit(refusing, "(a file cannot be renamed onto another)");
        var copying = new RunFolder(_place.At("run")) { Move = (from, to) => File.Copy(from, to, overwrite: true) };
        AssertUnfit(copying, "(a file that is renamed onto another does not take its place)");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_place.At("run")));
        SharedFolder.Prepare(_place.Run());
        Assert.True(RunFolder.IsRun(_place.At("run")));
    }

    [Theory]
    [InlineData("/data/run", "fuse.s3fs")]
    [InlineData("/data", "fuse.s3fs")]
    [InlineData("/database/run", "ext4")]
    [InlineData("/data/inner/run", "nfs4")]
    [InlineData("/my disk/run", "xfs")]
    public void The_file_system_of_a_folder_is_that_of_the_nearest_mount(string path, string kind)
    {
        string[] mounts =
        [
            "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
            "30 22 0:40 / /data rw,nosuid - nfs server:/a rw",
            "31 22 0:41 / /data rw,nosuid,nodev shared:3 master:2 - fuse.s3fs s3fs rw",
            "32 31 0:42 / /data/inner rw - nfs4 server:/export rw",
            "33 22 0:43 / /my\\040disk rw - xfs /dev/sdb rw",
        ];
        Assert.Equal(kind, SharedFolder.FileSystemOf(mounts, path));
    }

    [Fact]
    public async Task An_empty_run_is_never_written_over_what_another_process_wrote()
    {
        SharedFolder.Prepare(_place.Run());
        await GenerateStage.RunAsync(_place.Run(), [new Letters("one")], Plan(null), null, Token);
        var before = await File.ReadAllTextAsync(_place.At("run", "run.json"), Token);
        SharedFolder.Prepare(_place.Run());
        ManifestFile.MakeEmpty(_place.Run());
        Assert.Equal(before, await File.ReadAllTextAsync(_place.At("run", "run.json"), Token));
    }

    [Fact]
    public async Task Shards_of_two_recipes_do_not_mix()
    {
        await GenerateStage.RunAsync(_place.Run(), [new Letters("one")], Plan(new Shard(0, 2)), null, Token);
        var other = new Letters("one") { Recipe = [new("steps", "30")] };
        var error = await Assert.ThrowsAsync<InputException>(() =>
            GenerateStage.RunAsync(_place.Run(), [other], Plan(new Shard(1, 2)), null, Token)
        );
        Assert.Contains("steps: 20 before, 30 now", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, other.Made);
    }

    [Fact]
    public async Task Shards_of_two_recipes_that_begin_at_once_are_found_out_at_the_end()
    {
        await GenerateStage.RunAsync(_place.Run(), [new Letters("one")], Plan(new Shard(0, 2)), null, Token);
        ShardRecords.Add(_place.Run(), Plan(null).ShardRecordOf(new Letters("one") { Recipe = [new("steps", "30")] }));
        var error = Assert.Throws<InputException>(() => GenerateStage.Gather(_place.Run()));
        Assert.Contains("made images of one in two ways (steps:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_of_shards_can_be_scored_before_anything_was_gathered()
    {
        for (var shard = 0; shard < 3; shard++)
        {
            await GenerateStage.RunAsync(_place.Run(), [new Letters("one")], Plan(new Shard(shard, 3)), null, Token);
        }

        var images = (ImageInput)InputReader.Read([_place.At("run")]);
        Assert.True(images.PromptsAreRaw);
        Assert.Equal(["a 1", "a 2", "what? 1", "what? 2"], images.Rows.Select(row => $"{row.Prompt} {row.Seed}"));
        using var encoder = new FakeEncoder();
        for (var shard = 0; shard < 3; shard++)
        {
            (
                await EmbedStage.RunAsync(
                    _place.Run(),
                    encoder,
                    images,
                    new EmbedOptions { Shard = new Shard(shard, 3) },
                    Token
                )
            ).Dispose();
        }

        Assert.Empty(_place.Run().ReadImages());
        using var embedded = await EmbedStage.RunAsync(_place.Run(), encoder, images, new EmbedOptions(), Token);
        Assert.Equal(0, embedded.Embedded);
        Assert.All(
            _place.Run().ReadImages(),
            (image, i) => Assert.Equal((16, 9, embedded.Sha256(i)), (image.Width, image.Height, image.Sha256))
        );
        Assert.Equal(
            ["steps", "size", "format"],
            _place.Run().ReadManifest().Recipes[0].Parts.Select(part => part.Key)
        );
    }

    [Fact]
    public async Task A_chunk_that_is_there_is_not_written_again_and_a_damaged_one_stays()
    {
        var rows = _place.Images(1, 2, 2);
        using var encoder = new FakeEncoder();
        var options = new EmbedOptions { Shard = new Shard(0, 1) };
        var store = EmbeddingStore.Open(_place.Run(), encoder.Identity);
        (await EmbedStage.RunAsync(_place.Run(), encoder, new ImageInput(rows, false), options, Token)).Dispose();
        var chunk = Assert.Single(Directory.EnumerateFiles(store.Folder));
        var written = await File.ReadAllBytesAsync(chunk, Token);

        // A second process that began before the first one wrote.
        ImageHash[] images = [.. EmbeddingChunk.Open(chunk, encoder.Identity).Images];
        var vectors = new float[images.Length * encoder.Identity.Dimension];
        store.Append(images, vectors, new float[images.Length]);
        Assert.Equal(
            written,
            await File.ReadAllBytesAsync(Assert.Single(Directory.EnumerateFiles(store.Folder)), Token)
        );

        written[^1] ^= 1;
        await File.WriteAllBytesAsync(chunk, written, Token);
        EmbeddingStore.Open(_place.Run(), encoder.Identity).Append(images, vectors, new float[images.Length]);
        Assert.Equal(2, Directory.EnumerateFiles(store.Folder).Count());
        Assert.Equal(written, await File.ReadAllBytesAsync(chunk, Token));
    }

    private static void AssertUnfit(RunFolder run, string why)
    {
        var error = Assert.Throws<ResourceException>(() => SharedFolder.Prepare(run));
        Assert.Contains("does not rename in one step", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    private static GeneratePlan Plan(Shard? shard) =>
        new(["a", "what?"], [1, 2], 16, 9, "png", (image, _) => Png(image.Pixels)) { Shard = shard };

    /// <summary>What begins and ends as a PNG does.</summary>
    private static byte[] Png(byte[] content) =>
        [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. content, 0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];

    /// <summary>Its images are texts.</summary>
    private sealed class Letters(string model) : IImageGenerator
    {
        public string Model => model;

        public int Made { get; private set; }

        public IReadOnlyList<KeyValuePair<string, string>> Recipe { get; init; } = [new("steps", "20")];

        public async IAsyncEnumerable<GeneratedImage> GenerateAsync(
            IReadOnlyList<ImageRequest> requests,
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            foreach (var request in requests)
            {
                await Task.Yield();
                Made++;
                var text = Encoding.UTF8.GetBytes($"{model} {request.Prompt} {request.Seed}");
                yield return new GeneratedImage(request, new PixelImage(request.Width, request.Height, text));
            }
        }
    }
}
