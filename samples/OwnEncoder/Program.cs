using Semblance;
using Semblance.Imaging;
using Semblance.Imaging.Formats;
using Semblance.Imaging.Resizing;
using Semblance.Runs.Embedding;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;
using Semblance.Runs.Scoring;

// Scores a folder of images by their colours: <model>/<prompt>/<seed>.png, <prompt>/<seed>.png, or a run folder.
var folder = args is [var first, ..] ? first : "sample-run";
var images = InputReader.Read([folder]) as ImageInput ?? throw new InputException($"{folder} does not hold images.");

// Embeddings are kept in a run folder: the next run only embeds images that are new.
var run = new RunFolder(args is [_, var second, ..] ? second : "sample-run");
using var encoder = new ColourHistogram();
using var embedded = await EmbedStage.RunAsync(run, encoder, images);
foreach (var set in ScoreStage.Run(embedded).Sets)
{
    Console.WriteLine($"{set.Model}, {set.Prompt}: SCS {set.Scs:F2}, standard error {set.StandardError:F2}");
}

/// <summary>How many pixels have each of 64 colours: 4 levels of red, green and blue.</summary>
internal sealed class ColourHistogram : IImageEncoder
{
    private const int Side = 32;
    private const int Colours = 4 * 4 * 4;

    // Embeddings are reused only where weights, preprocessing, precision, dimension and runtime are all the same, so
    // the version of your own code belongs into one of them.
    public EncoderIdentity Identity { get; } =
        new(
            Name: "colour-histogram",
            Source: "samples/OwnEncoder",
            Revision: "",
            WeightsSha256: "",
            Preprocessing: $"colour histogram 1: box {Side}x{Side}, {Colours} colours",
            Precision: "fp32",
            Dimension: Colours,
            Runtime: ImageDecoder.Version
        );

    public int InputLength => Side * Side * 3;

    // From a file to what the network takes; called on several threads at once.
    public void Prepare(ReadOnlyMemory<byte> file, Span<float> pixels)
    {
        var image = ImageDecoder.Decode(file);
        var rgb = new DecodedImage(PixelMode.RGB, image.Width, image.Height, ColourConversion.ToRgb(image));
        var small = PillowResize.Resize(rgb, Side, Side, ResizeFilter.Box).Samples;
        for (var i = 0; i < small.Length; i++)
        {
            pixels[i] = small[i];
        }
    }

    // The network. Vectors need not have length 1.
    public void Encode(ReadOnlyMemory<float> pixels, int count, Memory<float> vectors)
    {
        vectors.Span.Clear();
        for (var i = 0; i < count * InputLength; i += 3)
        {
            var (red, green, blue) = (pixels.Span[i], pixels.Span[i + 1], pixels.Span[i + 2]);
            var colour = ((int)red / 64 * 16) + ((int)green / 64 * 4) + ((int)blue / 64);
            vectors.Span[(i / InputLength * Colours) + colour]++;
        }
    }

    public void Dispose() { }
}
