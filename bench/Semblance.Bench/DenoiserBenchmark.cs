using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Decoding;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Bench;

/// <summary>One guided step of a full-size U-Net or PixArt transformer, or one decode of the autoencoder: load time, time, peak memory.</summary>
internal static class DenoiserBenchmark
{
    private const int Tokens = 77;
    private const int T5Tokens = 120;
    private const int StepRuns = 3;

    /// <summary>Runs <c>unet MODEL PIXELS</c>, <c>transformer pixart PIXELS</c> or <c>vae MODEL PIXELS [tiled]</c> on random float16 weights.</summary>
    public static int Run(string component, string model, int pixels, bool tiled)
    {
        var scratch = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            var path = HalfCheckpoint.Write(
                scratch,
                model,
                component == "transformer" ? "PixArt-XL-2-1024-MS.transformer" : component
            );
            var bytes = 2 * new FileInfo(path).Length;
            Console.WriteLine($"{component} of {model}, {pixels}x{pixels}: weights {bytes / 1e9:F2} GB as float32");
            var (wall, processors) = Timed(() => ReadAndConvert(path));
            Console.WriteLine($"one read and conversion {wall:F1} s, {processors:F1} s of processors");
            switch (component)
            {
                case "unet":
                    UNet(scratch, pixels);
                    break;
                case "transformer":
                    Transformer(scratch, pixels);
                    break;
                default:
                    Decoder(scratch, pixels, tiled);
                    Console.WriteLine($"peak memory {Memory("VmHWM") / 1e9:F2} GB");
                    break;
            }

            return 0;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>As <see cref="UNetDenoiser"/> does it, with ONNX Runtime's own clock on every operator.</summary>
    private static void UNet(string folder, int pixels)
    {
        var config = UNet2DConditionConfig.Read(ConfigJson.Read(Path.Combine(folder, "config.json")));
        var side = pixels / 8;
        var clock = Stopwatch.StartNew();
        var g = new GraphBuilder(Weights.From(Checkpoint.Open(folder)));
        var sample = g.Input("sample", TensorElementType.Float, 2, 4, side, side);
        var time = g.Input("timestep", TensorElementType.Float, 2);
        var text = g.Input("text", TensorElementType.Float, 2, Tokens, config.Levels[0].TextWidth);
        (Value, Value)? added = config.Added is { } conditions
            ? (
                g.Input("pooled", TensorElementType.Float, 2, conditions.PooledWidth),
                g.Input("sizes", TensorElementType.Float, 2, AddedConditions.Sizes)
            )
            : null;
        g.Output("prediction", UNet2DConditionModel.Forward(sample, time, text, added, side, side, config));
        var graph = g.Build();
        Console.WriteLine($"graph {clock.Elapsed.TotalSeconds:F2} s, {graph.Model.Length / 1e6:F1} MB");

        Steps(
            Load(graph, folder),
            () =>
            {
                List<Feed> inputs =
                [
                    Feed.Of<float>("sample", new float[2 * 4 * side * side], 2, 4, side, side),
                    Feed.Of<float>("timestep", new float[] { 500, 500 }, 2),
                    Feed.Of<float>(
                        "text",
                        new float[2 * Tokens * config.Levels[0].TextWidth],
                        2,
                        Tokens,
                        config.Levels[0].TextWidth
                    ),
                ];
                if (config.Added is { } sizes)
                {
                    inputs.Add(Feed.Of<float>("pooled", new float[2 * sizes.PooledWidth], 2, sizes.PooledWidth));
                    inputs.Add(Feed.Of<float>("sizes", new float[2 * AddedConditions.Sizes], 2, AddedConditions.Sizes));
                }

                return inputs;
            }
        );
    }

    /// <summary>As <see cref="PixArtDenoiser"/> does it.</summary>
    private static void Transformer(string folder, int pixels)
    {
        var config = PixArtTransformer2DConfig.Read(ConfigJson.Read(Path.Combine(folder, "config.json")));
        var side = pixels / 8;
        var clock = Stopwatch.StartNew();
        var g = new GraphBuilder(Weights.From(Checkpoint.Open(folder)));
        var latents = g.Input("latents", TensorElementType.Float, 2, 4, side, side);
        var timestep = g.Input("timestep", TensorElementType.Float, 2);
        var text = g.Input("text", TensorElementType.Float, 2, T5Tokens, config.CaptionWidth);
        var mask = g.Input("mask", TensorElementType.Float, 2, T5Tokens);
        (Value, Value)? sizes = config.SizeConditions
            ? (g.Input("resolution", TensorElementType.Float, 2, 2), g.Input("ratio", TensorElementType.Float, 2, 1))
            : null;
        g.Output(
            "prediction",
            PixArtTransformer2DModel.Forward(latents, timestep, text, mask, sizes, side, side, config)
        );
        var graph = g.Build();
        Console.WriteLine($"graph {clock.Elapsed.TotalSeconds:F2} s, {graph.Model.Length / 1e6:F1} MB");
        Steps(
            Load(graph, folder),
            () =>
                [
                    Feed.Of<float>("latents", new float[2 * 4 * side * side], 2, 4, side, side),
                    Feed.Of<float>("timestep", new float[] { 500, 500 }, 2),
                    Feed.Of<float>(
                        "text",
                        new float[2 * T5Tokens * config.CaptionWidth],
                        2,
                        T5Tokens,
                        config.CaptionWidth
                    ),
                    Feed.Of<float>("mask", Enumerable.Repeat(1f, 2 * T5Tokens).ToArray(), 2, T5Tokens),
                    .. config.SizeConditions
                        ? (Feed[])
                            [
                                Feed.Of<float>("resolution", new float[] { pixels, pixels, pixels, pixels }, 2, 2),
                                Feed.Of<float>("ratio", new float[] { 1, 1 }, 2, 1),
                            ]
                        : [],
                ]
        );
    }

    private static InferenceSession Load(Graph graph, string folder)
    {
        InferenceSession? loaded = null;
        var (wall, processors) = Timed(() =>
        {
            using var options = GraphSession.Options(threads: 0, Workload.Denoiser);
            options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", graph.Folder);
            options.ProfileOutputPathPrefix = Path.Combine(folder, "profile");
            options.EnableProfiling = true;
            loaded = new InferenceSession(graph.Model, options);
        });
        Console.WriteLine($"session {wall:F1} s, {processors:F1} s of processors");
        Console.WriteLine($"peak memory after loading {Memory("VmHWM") / 1e9:F2} GB");
        return loaded!;
    }

    /// <summary>Runs a few steps, and then what they computed without anything around it.</summary>
    private static void Steps(InferenceSession session, Func<List<Feed>> feeds)
    {
        using var run = new RunOptions();
        var least = double.MaxValue;
        for (var step = 0; step < StepRuns; step++)
        {
            var inputs = feeds();
            var (wall, processors) = Timed(() =>
            {
                using var results = session.Run(
                    run,
                    [.. inputs.Select(feed => feed.Name)],
                    [.. inputs.Select(feed => feed.Value)],
                    ["prediction"]
                );
            });
            least = Math.Min(least, processors);
            Console.WriteLine(
                $"step {wall:F1} s, {processors:F1} s of processors; memory {Memory("VmRSS") / 1e9:F2} GB, peak {Memory("VmHWM") / 1e9:F2} GB"
            );
        }

        var profile = session.EndProfiling();
        session.Dispose();
        PrintShares(profile);
        var (seconds, flop) = PlainOperators.Time(profile, StepRuns);
        Console.WriteLine(
            $"{flop / 1e12:F2} TFLOP: the step {flop / least / 1e9:F0} GFLOP/s per processor, the same products and convolutions alone {flop / seconds / 1e9:F0} GFLOP/s, ratio {seconds / least:F2}"
        );
    }

    /// <summary>
    /// Which share of all operators' time the products and convolutions take. It is also how near the whole comes to the
    /// speed of these alone.
    /// </summary>
    private static void PrintShares(string profile)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(profile));
        var times = json
            .RootElement.EnumerateArray()
            .Where(entry => entry.GetProperty("name").GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal))
            .GroupBy(entry => entry.GetProperty("args").GetProperty("op_name").GetString()!)
            .ToDictionary(group => group.Key, group => group.Sum(entry => entry.GetProperty("dur").GetDouble()));
        var all = times.Values.Sum();
        foreach (var (name, time) in times.OrderByDescending(pair => pair.Value).Take(9))
        {
            Console.WriteLine($"  {name, -22} {time / all:P1}");
        }

        Console.WriteLine(
            $"products, attention and convolutions {new[] { "Conv", "FusedMatMul", "MatMul", "Gemm", "MultiHeadAttention" }.Sum(name => times.GetValueOrDefault(name)) / all:P1}"
        );
    }

    private static (double Wall, double Processors) Timed(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        action();
        var wall = clock.Elapsed.TotalSeconds;
        return (wall, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private static void Decoder(string folder, int pixels, bool tiled)
    {
        var config = AutoencoderKLConfig.Read(ConfigJson.Read(Path.Combine(folder, "config.json")));
        using var decoder = new LatentDecoder(Weights.From(Checkpoint.Open(folder)), config, tiled);
        var side = pixels / config.Factor;
        for (var run = 0; run < 2; run++)
        {
            var (wall, processors) = Timed(() => decoder.Decode(Planes.Empty(config.LatentChannels, side, side)));
            Console.WriteLine(
                $"decode {wall:F1} s, {processors:F1} s of processors{(run == 0 ? ", loading included" : "")}"
            );
        }
    }

    /// <summary>What any program must do with such a file: read it once, and hold every number widened.</summary>
    private static unsafe void ReadAndConvert(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[1 << 22];
        var wide = (float*)NativeMemory.Alloc((nuint)file.Length / 2, sizeof(float));
        try
        {
            long done = 0;
            int read;
            while ((read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)) > 0)
            {
                TensorPrimitives.ConvertToSingle(
                    MemoryMarshal.Cast<byte, Half>(bytes.AsSpan(0, read / 2 * 2)),
                    new Span<float>(wide + done, read / 2)
                );
                done += read / 2;
            }
        }
        finally
        {
            NativeMemory.Free(wide);
        }
    }

    /// <summary>Bytes, as Linux counts them: <c>VmRSS</c> now, <c>VmHWM</c> at the peak.</summary>
    private static double Memory(string name) =>
        File.ReadLines("/proc/self/status")
            .Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => 1024 * double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]))
            .First();
}
