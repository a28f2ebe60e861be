using System.Net.Mime;
using System.Runtime.CompilerServices;
using Semblance.Consistency;
using Semblance.Imaging.Formats;
using Semblance.Models.Catalog;
using Semblance.Painters;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Generating;
using Semblance.Runs.Scoring;

namespace Semblance.Cli.Tests.Commands;

/// <summary>Images that come as files, as from a server, are decoded and scored like those that come as pixels.</summary>
[Trait("speed", "slow")]
public sealed class SentImagesTests
{
    private const string Prompt = "a lighthouse on a rocky coast at sunset";

    [Fact]
    public async Task Png_files_score_what_their_pixels_score_and_jpeg_files_nearly()
    {
        using var folder = new TemporaryFolder();
        var pixels = await ScoreAsync(folder.At("pixels"), Painter.Wanderer);
        var png = await ScoreAsync(folder.At("png"), new Server(jpeg: _ => false));
        var mixed = await ScoreAsync(folder.At("mixed"), new Server(jpeg: seed => seed % 2 == 1));
        Assert.Equal(pixels.Scs, png.Scs);
        Assert.NotEqual(pixels.Scs, mixed.Scs);
        Assert.InRange(mixed.Scs, pixels.Scs - 5, pixels.Scs + 5);
        Assert.Equal(
            ["0.png", "1.jpg", "2.png", "3.jpg"],
            Directory
                .EnumerateFiles(folder.At("mixed", "images", "server", Prompt))
                .Select(Path.GetFileName)
                .Order(StringComparer.Ordinal)
        );
    }

    private static async Task<SetScore> ScoreAsync(string path, IImageGenerator generator)
    {
        var run = new RunFolder(path);
        var plan = new GeneratePlan([Prompt], [0, 1, 2, 3], 96, 96, "png", PngWriter.Write);
        var token = TestContext.Current.CancellationToken;
        var made = await GenerateStage.RunAsync(run, [generator], plan, cancellationToken: token);
        using var encoder = EncoderCatalog.Open(EncoderCatalog.Builtin);
        using var embedded = await EmbedStage.RunAsync(run, encoder, made.Images, new EmbedOptions(), token);
        return Assert.Single(ScoreStage.Run(embedded, new ScoreSettings()).Sets);
    }

    /// <summary>The wanderer behind a server that encodes what it sends.</summary>
    private sealed class Server(Func<long, bool> jpeg) : IImageGenerator
    {
        public string Model => "server";

        public bool SendsFiles => true;

        public IReadOnlyList<KeyValuePair<string, string>> Recipe => [new("engine", "test")];

        public async IAsyncEnumerable<GeneratedImage> GenerateAsync(
            IReadOnlyList<ImageRequest> requests,
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            foreach (var request in requests)
            {
                await Task.Yield();
                var image = Painter.Wanderer.Paint(request);
                yield return new GeneratedImage(
                    request,
                    jpeg(request.Seed)
                        ? new EncodedImage(
                            MediaTypeNames.Image.Jpeg,
                            JpegWriter.Write(image.Pixels, image.Width, image.Height)
                        )
                        : new EncodedImage(MediaTypeNames.Image.Png, PngWriter.Write(image))
                );
            }
        }
    }
}
