using System.Net.Mime;
using System.Runtime.CompilerServices;
using System.Text;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Generating;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;

namespace Semblance.Runs.Tests.Generating;

/// <summary>Generators that send files, as servers do, in a format that they choose for each image.</summary>
public sealed class SentImageTests : IDisposable
{
    private static readonly byte[] PngStart = [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'];
    private static readonly byte[] PngEnd = [0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];

    private readonly Workplace _place = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Files_are_kept_as_they_are_with_the_extension_of_their_format_and_can_be_scored()
    {
        var server = new Server(Mixed);
        var made = await Generate(server, ["a cat"], [1, 2, 3]);
        Assert.Equal(
            ["1.png", "2.jpg", "3.webp"],
            Directory.EnumerateFiles(_place.At("run", "images", "server", "a cat")).Select(Path.GetFileName).Order()
        );
        Assert.All(made.Rows, row => Assert.Equal(Mixed(long.Parse(row.Seed!)).Bytes, File.ReadAllBytes(row.Path)));

        using var encoder = new FakeEncoder();
        using var embedded = await EmbedStage.RunAsync(_place.Run(), encoder, made, new EmbedOptions(), Token);
        var score = Assert.Single(ScoreStage.Run(embedded, new ScoreSettings()).Sets);
        Assert.Equal(("server", "a cat", 3), (score.Model, score.Prompt, score.Images));
        Assert.InRange(score.Scs, 1, 99.9999);
    }

    [Fact]
    public async Task What_was_sent_before_is_not_asked_for_again_whatever_its_format()
    {
        await Generate(new Server(Mixed), ["a"], [1, 2, 3]);
        var again = new Server(Mixed);
        var all = await Generate(again, ["a"], [1, 2, 3, 4]);
        Assert.Equal([4], again.Made);
        Assert.Equal([1, 2, 3, 4], again.Checked.Order());
        Assert.Equal(["1.png", "2.jpg", "3.webp", "4.png"], all.Rows.Select(row => Path.GetFileName(row.Path)));
        // Nobody here knows the size of what was sent, or chose its format.
        Assert.All(ImageTable.Read(_place.Run()), row => Assert.Equal((null, null), (row.Width, row.Height)));
        Assert.DoesNotContain("format", await File.ReadAllTextAsync(_place.At("run", "run.json"), Token));
    }

    [Theory]
    [InlineData("truncated", MediaTypeNames.Image.Png)]
    [InlineData("another format", MediaTypeNames.Image.Png)]
    [InlineData("not an image", MediaTypeNames.Image.Jpeg)]
    [InlineData("not an image", MediaTypeNames.Text.Html)]
    [InlineData("short", MediaTypeNames.Image.Webp)]
    public async Task What_is_not_a_whole_file_is_not_kept(string fault, string mediaType)
    {
        byte[] bytes = fault switch
        {
            "truncated" => Png(1)[..^1],
            "another format" => Jpeg(1),
            "short" => WebP(1)[..^1],
            _ => Encoding.UTF8.GetBytes("<html>503</html>"),
        };
        var server = new Server(_ => new EncodedImage(mediaType, bytes));
        var error = await Assert.ThrowsAsync<ResourceException>(() => Generate(server, ["a cat"], [1]));
        Assert.Contains("server", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"a cat\", seed 1", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_place.At("run", "images")));
    }

    [Fact]
    public async Task A_generator_that_sends_files_unannounced_is_refused()
    {
        var server = new Server(Mixed) { SendsFiles = false };
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => Generate(server, ["a"], [1]));
        Assert.Contains(nameof(IImageGenerator.SendsFiles), error.Message, StringComparison.Ordinal);
    }

    private static EncodedImage Mixed(long seed) =>
        (seed % 3) switch
        {
            1 => new EncodedImage(MediaTypeNames.Image.Png, Png(seed)),
            2 => new EncodedImage(MediaTypeNames.Image.Jpeg, Jpeg(seed)),
            _ => new EncodedImage(MediaTypeNames.Image.Webp, WebP(seed)),
        };

    private static byte[] Png(long seed) => [.. PngStart, (byte)seed, (byte)seed, .. PngEnd];

    private static byte[] Jpeg(long seed) => [0xFF, 0xD8, (byte)seed, 0xFF, 0xD9];

    private static byte[] WebP(long seed) => [.. "RIFF"u8, 6, 0, 0, 0, .. "WEBP"u8, (byte)seed, 0];

    private async Task<ImageInput> Generate(Server server, string[] prompts, long[] seeds)
    {
        var plan = new GeneratePlan(prompts, seeds, 16, 9, "png", (_, _) => throw new InvalidOperationException());
        return (await GenerateStage.RunAsync(_place.Run(), [server], plan, cancellationToken: Token)).Images;
    }

    private sealed class Server(Func<long, EncodedImage> send) : IImageGenerator
    {
        public string Model => "server";

        public bool SendsFiles { get; init; } = true;

        public IReadOnlyList<KeyValuePair<string, string>> Recipe => [new("engine", "test")];

        public List<long> Made { get; } = [];

        public List<long> Checked { get; } = [];

        public void Check(IReadOnlyList<ImageRequest> requests) =>
            Checked.AddRange(requests.Select(request => request.Seed));

        public async IAsyncEnumerable<GeneratedImage> GenerateAsync(
            IReadOnlyList<ImageRequest> requests,
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            foreach (var request in requests)
            {
                await Task.Yield();
                Made.Add(request.Seed);
                yield return new GeneratedImage(request, send(request.Seed));
            }
        }
    }
}
