using Semblance.Models.Diffusion.Noise;

namespace Semblance.Cli.Commands;

/// <summary>
/// Settings under one name. The presets of the paper (Bent, arXiv 2404.08799, section 4 and its public code): 768x768,
/// Euler, 20 steps, guidance 7.5, the empty negative prompt, 20 seeds, Pillow's default JPEG. The images were drawn by a
/// hosted service, whose noise is CUDA's.
/// </summary>
/// <param name="Model">The checkpoint.</param>
/// <param name="LoraScale">Of LoRAs that are given without a scale.</param>
/// <param name="NeedsLora">Whether the model is a fine-tune, and without its LoRA another one.</param>
internal sealed record GeneratePreset(string Model, double LoraScale = 1, bool NeedsLora = false)
{
    public const string Size = "768x768";
    public const string Seeds = "0..19";
    public const string Scheduler = "euler";
    public const string NegativePrompt = "";
    public const string Format = "jpg";
    public const int Steps = 20;
    public const float Guidance = 7.5f;
    public const NoiseKind Noise = NoiseKind.Cuda;

    private static readonly Dictionary<string, GeneratePreset> Presets = new(StringComparer.Ordinal)
    {
        ["paper-sdxl"] = new("sdxl"),
        ["paper-pixart"] = new("pixart"),
        ["paper-lora"] = new("sdxl", LoraScale: 0.6, NeedsLora: true),
    };

    public static IReadOnlyCollection<string> Names => Presets.Keys;

    /// <summary>The preset of a name.</summary>
    /// <exception cref="UsageException">There is no such preset.</exception>
    public static GeneratePreset Of(string name) =>
        Presets.TryGetValue(name, out var preset)
            ? preset
            : throw new UsageException(
                $"--preset: there is no preset '{name}'; the presets are {string.Join(", ", Names)}."
            );
}
