using System.Diagnostics;
using System.Globalization;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Decoding;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Bench;

/// <summary>
/// Guided steps and decodings of published models with random weights, on a device: at the size that they were trained for,
/// on the processor at 256x256 and one at a time.
/// </summary>
internal static class DeviceSteps
{
    private const int Steps = 3;
    private const int StepsOfImage = 20;
    private const float Scale = 5;

    // SDXL in fp32 on the processor, which ONNX Runtime holds in fp32 in any precision.
    private const long BytesOfXl = 13_000_000_000;

    private static readonly (string Family, string Denoiser, string Decoder, int Side)[] Models =
    [
        ("pixart", "PixArt-XL-2-1024-MS.transformer", "sd-vae-ft-ema", 1024),
        ("sd15", "unet", "vae", 512),
        ("sdxl", "unet", "vae", 1024),
    ];

    /// <summary>The models that there are.</summary>
    public static IEnumerable<string> Families => Models.Select(model => model.Family);

    public static void Measure(
        string scratch,
        Device device,
        IReadOnlyList<Precision> precisions,
        IReadOnlyList<string> families
    )
    {
        foreach (var (family, network, vae, trained) in Models.Where(model => families.Contains(model.Family)))
        {
            var onProcessor = device.Kind == DeviceKind.Cpu;
            if (onProcessor && family == "sdxl" && GC.GetGCMemoryInfo() is var memory && Free(memory) < BytesOfXl)
            {
                Console.WriteLine($"{family} is left out: it takes {BytesOfXl / 1e9:F0} GB, and less is free.");
                continue;
            }

            var folder = Path.Combine(scratch, family);
            var side = onProcessor ? 256 : trained;
            _ = HalfCheckpoint.Write(folder, family, network);
            _ = HalfCheckpoint.Write(Path.Combine(folder, "vae"), family, vae);
            foreach (var precision in precisions)
            {
                foreach (var batch in onProcessor ? [1] : new[] { 1, 4 })
                {
                    Measure(folder, family, side, device, precision, batch);
                }
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(string folder, string family, int side, Device device, Precision precision, int batch)
    {
        var shape = new LatentShape(4, side / 8, side / 8);
        var clock = Stopwatch.StartNew();
        var (denoiser, prompt) =
            family == "pixart"
                ? PixArt(folder, shape, side, device, precision, batch)
                : UNet(folder, shape, side, device, precision, batch);
        using var network = denoiser;
        denoiser.Load();
        var loading = Lap(clock);
        var latents = new float[batch * shape.Length];
        var prediction = new float[latents.Length];
        denoiser.Predict(latents, 500, prompt, prediction);
        clock.Restart();
        for (var step = 0; step < Steps; step++)
        {
            denoiser.Predict(latents, 500, prompt, prediction);
        }

        var ofStep = Lap(clock) / Steps;
        var vae = Path.Combine(folder, "vae");
        var config = AutoencoderKLConfig.Read(ConfigJson.Read(Path.Combine(vae, "config.json")));
        var ofDecoder = precision == Precision.Fp16 && family == "sdxl" ? Precision.Fp32 : precision;
        using var decoder = new LatentDecoder(
            Weights.From(Checkpoint.Open(vae)),
            config,
            device: device,
            precision: ofDecoder
        );
        var one = shape.Over(latents[..shape.Length]);
        _ = decoder.Decode(one);
        clock.Restart();
        _ = decoder.Decode(one);
        var decoding = Lap(clock);
        Console.WriteLine(
            $"{family} at {side}x{side} on {device} in {precision.Word()}, {batch} at a time: loading {loading:F1} s, a guided step {ofStep / batch:F3} s an image, decoding {decoding:F2} s, an image of {StepsOfImage} steps {(StepsOfImage * ofStep / batch) + decoding:F1} s; {Memory(device)}"
        );
    }

    private static (Denoiser, PromptPair) UNet(
        string folder,
        LatentShape shape,
        int side,
        Device device,
        Precision precision,
        int batch
    )
    {
        const int Tokens = 77;
        var config = UNet2DConditionConfig.Read(ConfigJson.Read(Path.Combine(folder, "config.json")));
        var sizes = SizeConditions.Of(side, side);
        var text = new PromptEmbedding(
            Numbers(Tokens * config.Levels[0].TextWidth),
            Numbers(config.Added?.PooledWidth ?? 0),
            []
        );
        return (
            UNetDenoiser.Open(
                Weights.From(Checkpoint.Open(folder)),
                config,
                shape,
                Tokens,
                new Guidance(Scale),
                Scale,
                (sizes, sizes),
                device: device,
                precision: precision,
                images: batch
            ),
            new PromptPair(text, text.Zeros())
        );
    }

    private static (Denoiser, PromptPair) PixArt(
        string folder,
        LatentShape shape,
        int side,
        Device device,
        Precision precision,
        int batch
    )
    {
        const int Tokens = 120;
        var config = PixArtTransformer2DConfig.Read(ConfigJson.Read(Path.Combine(folder, "config.json")));
        var mask = new float[Tokens];
        mask.AsSpan(0, 20).Fill(1);
        var text = new PromptEmbedding(Numbers(Tokens * config.CaptionWidth), [], mask);
        return (
            PixArtDenoiser.Open(
                Weights.From(Checkpoint.Open(folder)),
                config,
                shape,
                (side, side),
                masked: true,
                new Guidance(Scale),
                device: device,
                precision: precision,
                images: batch
            ),
            new PromptPair(text, text.Zeros())
        );
    }

    private static float[] Numbers(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
    }

    /// <summary>The most that the process has held so far, and what it holds of an NVIDIA card now.</summary>
    private static string Memory(Device device)
    {
        var own = $"the process has held up to {Process.GetCurrentProcess().PeakWorkingSet64 / 1e9:F1} GB";
        return device.Kind == DeviceKind.Cuda ? $"{own}, and holds {OfCard()} of the card" : own;
    }

    private static string OfCard()
    {
        try
        {
            using var asked = Process.Start(
                new ProcessStartInfo(
                    "nvidia-smi",
                    ["--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits"]
                )
                {
                    RedirectStandardOutput = true,
                    UseShellExecute = false,
                }
            )!;
            var line = asked
                .StandardOutput.ReadToEnd()
                .Split('\n')
                .FirstOrDefault(line => line.StartsWith($"{Environment.ProcessId},", StringComparison.Ordinal));
            asked.WaitForExit();
            return line is null
                ? "an unknown part"
                : $"{double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture) * (1 << 20) / 1e9:F1} GB";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "an unknown part (there is no nvidia-smi)";
        }
    }

    private static double Lap(Stopwatch clock)
    {
        var seconds = clock.Elapsed.TotalSeconds;
        clock.Restart();
        return seconds;
    }

    private static long Free(GCMemoryInfo memory) => memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes;
}
