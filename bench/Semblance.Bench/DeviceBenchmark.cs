using System.Diagnostics;
using System.Numerics.Tensors;
using Semblance.Consistency;
using Semblance.Models.Catalog;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Encoders;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Bench;

/// <summary>What a device gives: the encoder's images/s, how far vectors and scores are from the processor's, a denoising step.</summary>
internal static class DeviceBenchmark
{
    private const int Images = 80;
    private const int SetSize = 20;
    private const int Steps = 3;

    /// <summary>Runs <c>device [NAME]</c>, on the best device where none is named.</summary>
    public static int Run(string[] arguments)
    {
        var device = DeviceCatalog.Find(arguments is [{ } name] ? name : DeviceCatalog.Auto);
        if (arguments.Length == 0 && device.Kind == DeviceKind.Cpu)
        {
            Console.WriteLine("There is no device beside the processor here; `semblance devices` says why.");
            return 0;
        }

        DeviceCatalog.Require(device);
        var scratch = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            Encoder(Path.Combine(scratch, "clip"), device);
            Step(Path.Combine(scratch, "unet"), device);
            return 0;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static void Encoder(string model, Device device)
    {
        RandomCheckpoint.Write(
            model,
            "clip-vit-base-patch32",
            name =>
                name.StartsWith("vision_model", StringComparison.Ordinal)
                || name.StartsWith("visual_projection", StringComparison.Ordinal)
        );
        var (processor, usual) = Encode(model, default, 4);
        Console.WriteLine($"cpu, batches of 4: {usual:F1} images/s");
        foreach (var batch in new[] { 4, 16, 80 })
        {
            var (vectors, rate) = Encode(model, device, batch);
            var dimension = vectors.Length / Images;
            var cosines = Enumerable
                .Range(0, Images)
                .Select(i =>
                    TensorPrimitives.CosineSimilarity(
                        vectors.AsSpan(i * dimension, dimension),
                        processor.AsSpan(i * dimension, dimension)
                    )
                );
            var scores = Enumerable
                .Range(0, Images / SetSize)
                .Select(set => Math.Abs(Score(vectors, set, dimension) - Score(processor, set, dimension)));
            Console.WriteLine(
                $"{device}, batches of {batch}: {rate:F1} images/s; least cosine with the processor's vectors {cosines.Min():F8}, largest difference of a score {scores.Max():E1} points"
            );
        }
    }

    private static double Score(float[] vectors, int set, int dimension) =>
        ConsistencyScore.Of(vectors.AsSpan(set * SetSize * dimension, SetSize * dimension), dimension).Scs;

    private static (float[] Vectors, double Rate) Encode(string model, Device device, int batch)
    {
        using var encoder = EncoderCatalog.Open(model, new EncoderOptions { Batch = batch, Device = device });
        var pixels = new float[Images * encoder.InputLength];
        var random = new Random(1);
        foreach (ref var value in pixels.AsSpan())
        {
            value = (4 * random.NextSingle()) - 2;
        }

        var vectors = new float[Images * encoder.Identity.Dimension];
        encoder.Encode(pixels, batch, vectors);
        var clock = Stopwatch.StartNew();
        encoder.Encode(pixels, Images, vectors);
        return (vectors, Images / clock.Elapsed.TotalSeconds);
    }

    /// <summary>A guided step of Stable Diffusion 1.5 at 512x512 on random weights.</summary>
    private static void Step(string folder, Device device)
    {
        _ = HalfCheckpoint.Write(folder, "sd15", "unet");
        var config = UNet2DConditionConfig.Read(ConfigJson.Read(Path.Combine(folder, "config.json")));
        var shape = new LatentShape(4, 64, 64);
        const int Tokens = 77;
        var text = new PromptEmbedding(new float[Tokens * config.Levels[0].TextWidth], [], []);
        var sizes = SizeConditions.Of(512, 512);
        using var denoiser = UNetDenoiser.Open(
            Weights.From(Checkpoint.Open(folder)),
            config,
            shape,
            Tokens,
            new Guidance(7.5f),
            7.5f,
            (sizes, sizes),
            device: device
        );
        var latents = new float[shape.Length];
        _ = denoiser.Raw(latents, 500, new PromptPair(text, text));
        var clock = Stopwatch.StartNew();
        for (var step = 0; step < Steps; step++)
        {
            _ = denoiser.Raw(latents, 500, new PromptPair(text, text));
        }

        Console.WriteLine($"{device}, a step of sd15 at 512x512: {clock.Elapsed.TotalSeconds / Steps:F2} s");
    }
}
