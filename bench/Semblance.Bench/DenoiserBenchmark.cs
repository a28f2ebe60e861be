using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion;
using Semblance.Models.Encoders;
using Semblance.Models.Graphs;

namespace Semblance.Bench;

/// <summary>One guided step of a full-size U-Net, or one decode of the autoencoder: load time, time, peak memory.</summary>
internal static class DenoiserBenchmark
{
    private const int Tokens = 77;

    /// <summary>Runs <c>unet MODEL PIXELS</c> or <c>vae MODEL PIXELS [tiled]</c> on random float16 weights.</summary>
    public static int Run(string component, string model, int pixels, bool tiled)
    {
        var scratch = Directory.CreateTempSubdirectory("semblance-bench-").FullName;
        try
        {
            var path = HalfCheckpoint.Write(scratch, model, component);
            var bytes = 2 * new FileInfo(path).Length;
            Console.WriteLine($"{component} of {model}, {pixels}x{pixels}: weights {bytes / 1e9:F2} GB as float32");
            Console.WriteLine($"one read and conversion {ReadAndConvert(path):F1} s");
            if (component == "unet")
            {
                UNet(scratch, pixels);
            }
            else
            {
                Decoder(scratch, pixels, tiled);
            }
            Console.WriteLine($"peak memory {PeakMemory() / 1e9:F2} GB, {PeakMemory() / bytes:F2} of the weights");
            return 0;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static void UNet(string folder, int pixels)
    {
        var config = UNet2DConditionConfig.Read(ConfigJson.Read(Path.Combine(folder, "config.json")));
        var shape = new LatentShape(4, pixels / 8, pixels / 8);
        var sizes = SizeConditions.Of(pixels, pixels);
        var processors = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        using var denoiser = new UNetDenoiser(
            Weights.From(Checkpoint.Open(folder)),
            config,
            shape,
            Tokens,
            guidance: 5,
            (sizes, sizes)
        );
        processors = Process.GetCurrentProcess().TotalProcessorTime - processors;
        Console.WriteLine(
            $"graph and session {clock.Elapsed.TotalSeconds:F1} s, {processors.TotalSeconds:F1} s of processors"
        );
        Console.WriteLine($"peak memory after loading {PeakMemory() / 1e9:F2} GB");
        var text = new PromptEmbedding(
            new float[Tokens * config.Levels[0].TextWidth],
            new float[config.Added?.PooledWidth ?? 0],
            Mask: []
        );
        var (latents, prediction) = (new float[shape.Length], new float[shape.Length]);
        for (var step = 0; step < 3; step++)
        {
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            clock.Restart();
            denoiser.Predict(latents, 500, new PromptPair(text, text), prediction);
            cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            Console.WriteLine(
                $"step {clock.Elapsed.TotalSeconds:F1} s, {cpu.TotalSeconds:F1} s of processors, finite: {prediction.All(float.IsFinite)}"
            );
        }
    }

    private static void Decoder(string folder, int pixels, bool tiled)
    {
        var config = AutoencoderKLConfig.Read(ConfigJson.Read(Path.Combine(folder, "config.json")));
        using var decoder = new LatentDecoder(Weights.From(Checkpoint.Open(folder)), config, tiled);
        var side = pixels / config.Factor;
        for (var run = 0; run < 2; run++)
        {
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            _ = decoder.Decode(new float[config.LatentChannels * side * side], side, side);
            cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            Console.WriteLine(
                $"decode {clock.Elapsed.TotalSeconds:F1} s, {cpu.TotalSeconds:F1} s of processors{(run == 0 ? ", loading included" : "")}"
            );
        }
    }

    /// <summary>What any program must do with such a file: read it once and widen every number.</summary>
    private static double ReadAndConvert(string path)
    {
        var clock = Stopwatch.StartNew();
        using var file = File.OpenRead(path);
        var bytes = new byte[1 << 22];
        var wide = new float[bytes.Length / 2];
        int read;
        while ((read = file.Read(bytes)) > 0)
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes.AsSpan(0, read / 2 * 2)), wide);
        }
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>Bytes, as Linux counts them.</summary>
    private static double PeakMemory() =>
        File.ReadLines("/proc/self/status")
            .Where(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
            .Select(line => 1024 * double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]))
            .FirstOrDefault(Process.GetCurrentProcess().PeakWorkingSet64);
}
