using Semblance.Consistency;
using Semblance.Models.Catalog;
using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Pipelines;

namespace Semblance.Bench;

/// <summary>
/// Pictures of the tests' tiny models on a device beside those of the processor in fp32: the whole way, text to pixels. Their
/// weights are random, so that pictures are noise in which every difference shows.
/// </summary>
internal static class DevicePictures
{
    private const int Side = 128;
    private const int Seeds = 8;
    private const string Prompt = "a cat on a mat";

    private static readonly string[][] Models =
    [
        ["sdxl", "model"],
        ["sd15", "model"],
        ["pixart", "model", "small"],
    ];

    public static void Compare(Device device, IReadOnlyList<Precision> precisions)
    {
        foreach (var model in Models)
        {
            var expected = Make(model, default, Precision.Fp32, batch: 1);
            foreach (var precision in precisions)
            {
                foreach (var batch in new[] { 1, 4 })
                {
                    var made = Make(model, device, precision, batch);
                    var ratios = expected.Zip(made).Select(pair => SignalToNoise(pair.First, pair.Second)).ToArray();
                    Console.WriteLine(
                        $"tiny {model[0]} on {device} in {precision.Word()}, {batch} at a time: pictures within {ratios.Min():F1} dB (PSNR, the least of {Seeds}) of the processor's in fp32, the score by {Math.Abs(Score(expected) - Score(made)):F4} points"
                    );
                }
            }
        }
    }

    private static byte[][] Make(string[] model, Device device, Precision precision, int batch)
    {
        var pipeline = DiffusionPipeline.Open(
            Path.Combine([RandomCheckpoint.Fixtures, .. model]),
            new DiffusionSettings
            {
                Steps = 10,
                Device = device,
                Precision = precision,
                Batch = batch,
                ResolutionBinning = model[0] == "pixart" ? false : null,
            }
        );
        return Task.Run(async () =>
            {
                var images = new SortedDictionary<long, byte[]>();
                ImageRequest[] requests =
                [
                    .. Enumerable.Range(0, Seeds).Select(seed => new ImageRequest(Prompt, seed, Side, Side)),
                ];
                await foreach (var image in pipeline.GenerateAsync(requests))
                {
                    images[image.Request.Seed] = ((PixelImage)image.Content).Pixels.ToArray();
                }

                return images.Values.ToArray();
            })
            .GetAwaiter()
            .GetResult();
    }

    /// <summary>In decibels: 10 log10 of 255 squared over the mean squared difference; infinite for equal pictures.</summary>
    private static double SignalToNoise(byte[] expected, byte[] actual) =>
        10 * Math.Log10(255.0 * 255 / expected.Zip(actual).Average(pair => Math.Pow(pair.First - pair.Second, 2)));

    /// <summary>Of the pictures, by the built-in encoder on the processor: what the pictures alone move.</summary>
    private static double Score(byte[][] pictures)
    {
        using var encoder = EncoderCatalog.Open(EncoderCatalog.Builtin);
        var pixels = new float[Seeds * encoder.InputLength];
        for (var i = 0; i < Seeds; i++)
        {
            encoder.Prepare(
                Imaging.Formats.PngWriter.Write(pictures[i], Side, Side, []),
                pixels.AsSpan(i * encoder.InputLength, encoder.InputLength)
            );
        }

        var vectors = new float[Seeds * encoder.Identity.Dimension];
        encoder.Encode(pixels, Seeds, vectors);
        return ConsistencyScore.Of(vectors, encoder.Identity.Dimension).Scs;
    }
}
