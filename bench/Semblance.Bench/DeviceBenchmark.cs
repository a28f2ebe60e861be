using System.Diagnostics;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Consistency;
using Semblance.Models.Catalog;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Devices;
using Semblance.Models.Encoders;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Bench;

/// <summary>
/// What a device gives, in every precision that it has: the encoder's images/s beside bare ONNX Runtime's, how far vectors,
/// scores and pictures are from the processor's, steps and images of published diffusion models with their memory.
/// </summary>
internal static class DeviceBenchmark
{
    private const int Images = 80;
    private const int SetSize = 20;

    /// <summary>Runs <c>device [NAME [PART ...]]</c>, all parts on the best device where none is named.</summary>
    public static int Run(string[] arguments)
    {
        var device = DeviceCatalog.Find(arguments is [{ } name, ..] ? name : DeviceCatalog.Auto);
        if (arguments.Length == 0 && device.Kind == DeviceKind.Cpu)
        {
            Console.WriteLine("There is no device beside the processor here; `semblance devices` says why.");
            return 0;
        }

        DeviceCatalog.Require(device);
        var precisions = DeviceCatalog.PrecisionsOf(device);
        var scratch = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            IReadOnlyList<string> parts =
                arguments.Length > 1 ? arguments[1..] : ["encoder", "images", .. DeviceSteps.Families];
            if (parts.Contains("encoder"))
            {
                Encoder(Path.Combine(scratch, "clip"), device, precisions);
            }

            if (parts.Contains("images"))
            {
                DevicePictures.Compare(device, precisions);
            }

            DeviceSteps.Measure(scratch, device, precisions, parts);
            return 0;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static void Encoder(string model, Device device, IReadOnlyList<Precision> precisions)
    {
        RandomCheckpoint.Write(
            model,
            "clip-vit-base-patch32",
            name =>
                name.StartsWith("vision_model", StringComparison.Ordinal)
                || name.StartsWith("visual_projection", StringComparison.Ordinal)
        );
        var (processor, usual) = Encode(model, default, Precision.Fp32, 4);
        Console.WriteLine($"ViT-B/32 on cpu in fp32, batches of 4: {usual:F1} images/s");
        foreach (var precision in precisions)
        {
            foreach (var batch in new[] { 4, 16, 80 })
            {
                var (vectors, rate) = Encode(model, device, precision, batch);
                var bare = Bare(model, device, precision, batch);
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
                    $"ViT-B/32 on {device} in {precision.Word()}, batches of {batch}: {rate:F1} images/s, bare ONNX Runtime {bare:F1}; least cosine with the processor's vectors {cosines.Min():F8}, largest difference of a score {scores.Max():E1} points"
                );
            }
        }
    }

    private static double Score(float[] vectors, int set, int dimension) =>
        ConsistencyScore.Of(vectors.AsSpan(set * SetSize * dimension, SetSize * dimension), dimension).Scs;

    private static (float[] Vectors, double Rate) Encode(string model, Device device, Precision precision, int batch)
    {
        using var encoder = EncoderCatalog.Open(
            model,
            new EncoderOptions
            {
                Batch = batch,
                Lanes = 1,
                Device = device,
                Precision = precision,
            }
        );
        var pixels = Pixels(encoder.InputLength);
        var vectors = new float[Images * encoder.Identity.Dimension];
        encoder.Encode(pixels, batch, vectors);
        var clock = Stopwatch.StartNew();
        encoder.Encode(pixels, Images, vectors);
        return (vectors, Images / clock.Elapsed.TotalSeconds);
    }

    /// <summary>The same graph in a session with the library's own settings, run with nothing around it.</summary>
    private static double Bare(string model, Device device, Precision precision, int batch)
    {
        var config = ConfigJson.Read(Path.Combine(model, "config.json"));
        var vision = ClipVisionConfig.Read(config.Object("vision_config")!, config.Size("projection_dim"));
        var g = new GraphBuilder(Weights.From(Checkpoint.Open(model)), precision: precision);
        long[] shape = [batch, 3, vision.ImageSize, vision.ImageSize];
        var x = g.Input("pixels", TensorElementType.Float, shape);
        g.Output("embeddings", ClipVisionModel.Forward(x, batch, vision, ClipNames.HuggingFace));
        var graph = g.Build();
        using var options = new SessionOptions();
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", graph.Folder);
        ExecutionProvider.Add(options, device);
        using var session = new InferenceSession(graph.Model, options);
        using var run = new RunOptions();
        var length = 3 * vision.ImageSize * vision.ImageSize;
        using var input = OrtValue.CreateTensorValueFromMemory(Pixels(length)[..(batch * length)], shape);
        session.Run(run, ["pixels"], [input], ["embeddings"]).Dispose();
        var clock = Stopwatch.StartNew();
        for (var done = 0; done < Images; done += batch)
        {
            session.Run(run, ["pixels"], [input], ["embeddings"]).Dispose();
        }

        return Images / clock.Elapsed.TotalSeconds;
    }

    private static float[] Pixels(int length)
    {
        var pixels = new float[Images * length];
        var random = new Random(1);
        foreach (ref var value in pixels.AsSpan())
        {
            value = (4 * random.NextSingle()) - 2;
        }

        return pixels;
    }
}
