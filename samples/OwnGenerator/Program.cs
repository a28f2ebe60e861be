using System.Net.Mime;
using System.Runtime.CompilerServices;
using Semblance;
using Semblance.Imaging.Formats;
using Semblance.Models.Catalog;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Generating;
using Semblance.Runs.Scoring;

// Two generators fill a run folder. An image that is there already is not made again.
var run = new RunFolder(args is [var path, ..] ? path : "sample-run");
var plan = new GeneratePlan(["a red disc", "a blue disc"], Seeds: [0, 1, 2, 3], 96, 96, "png", PngWriter.Write);
var made = await GenerateStage.RunAsync(run, [new Mover(), new Server()], plan);
Console.WriteLine($"{made.Made} images made now, {made.Images.Rows.Count} in {run.Path}");

// The built-in encoder scores them. The scores are kept in the run folder, too.
using var encoder = EncoderCatalog.Open(EncoderCatalog.Builtin);
using var embedded = await EmbedStage.RunAsync(run, encoder, made.Images);
var report = ScoreStage.Run(embedded);
ScoreStage.Keep(run, report);
foreach (var set in report.Sets)
{
    Console.WriteLine($"{set.Model}, {set.Prompt}: SCS {set.Scs:F2}, standard error {set.StandardError:F2}");
}

/// <summary>Gives pixels: a disc that moves a little from seed to seed.</summary>
internal sealed class Mover : IImageGenerator
{
    public string Model => "mover";

    // Whatever changes the images, apart from prompt, seed and size. Images of two recipes are never mixed.
    public IReadOnlyList<KeyValuePair<string, string>> Recipe => [new("program", "mover 1")];

    public IAsyncEnumerable<GeneratedImage> GenerateAsync(
        IReadOnlyList<ImageRequest> requests,
        CancellationToken cancellationToken = default
    ) => requests.ToAsyncEnumerable().Select(request => new GeneratedImage(request, Draw(request)));

    private static PixelImage Draw(ImageRequest request) =>
        Disc.Draw(request, x: 40 + (4 * (int)request.Seed), radius: 30);
}

/// <summary>Gives files, as an image server does: a disc that is smaller for each seed.</summary>
internal sealed class Server : IImageGenerator
{
    public string Model => "server";

    public IReadOnlyList<KeyValuePair<string, string>> Recipe => [new("program", "server 1")];

    public bool SendsFiles => true;

    public async IAsyncEnumerable<GeneratedImage> GenerateAsync(
        IReadOnlyList<ImageRequest> requests,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        foreach (var request in requests)
        {
            var file = await AskAsync(request, cancellationToken);
            yield return new GeneratedImage(request, new EncodedImage(MediaTypeNames.Image.Png, file));
        }
    }

    // Here you would send the request over HTTP and read the bytes of the response.
    private static Task<byte[]> AskAsync(ImageRequest request, CancellationToken cancellationToken) =>
        Task.Run(
            () => PngWriter.Write(Disc.Draw(request, x: 48, radius: 40 / (1 + (int)request.Seed))),
            cancellationToken
        );
}

/// <summary>A disc on white, in the colour that the prompt names.</summary>
internal static class Disc
{
    public static PixelImage Draw(ImageRequest request, int x, int radius)
    {
        byte[] colour = request.Prompt.Contains("red", StringComparison.Ordinal) ? [220, 40, 40] : [40, 40, 220];
        byte[] white = [255, 255, 255];
        var pixels =
            from row in Enumerable.Range(0, request.Height)
            from column in Enumerable.Range(0, request.Width)
            let isInside = double.Hypot(column - x, row - (request.Height / 2)) < radius
            from value in isInside ? colour : white
            select value;
        return new PixelImage(request.Width, request.Height, [.. pixels]);
    }
}
