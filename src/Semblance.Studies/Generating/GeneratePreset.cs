using Semblance.Models.Catalog;
using Semblance.Models.Diffusion.Noise;

namespace Semblance.Studies.Generating;

/// <summary>
/// Settings under one name. The presets of the paper (Bent, arXiv 2404.08799, section 4 and its public code): 768x768,
/// Euler, 20 steps, guidance 7.5, the empty negative prompt, 20 seeds, Pillow's default JPEG. The images were drawn by a
/// hosted service, whose noise is CUDA's.
/// </summary>
/// <param name="Model">The checkpoint; null where none is named.</param>
public sealed record GeneratePreset(string? Model)
{
    private static readonly Dictionary<string, GeneratePreset> Presets = new(StringComparer.Ordinal)
    {
        ["paper-sdxl"] = Paper("sdxl"),
        ["paper-pixart"] = Paper("pixart"),
        ["paper-lora"] = Paper("sdxl") with { LoraScale = 0.6, NeedsLora = true },
    };

    /// <summary>What is taken without a preset: where a setting is null, the model's own.</summary>
    public static GeneratePreset None { get; } = new((string?)null);

    /// <summary>The seeds of every prompt.</summary>
    public string Seeds { get; } = "0..19";

    /// <summary>Number of denoising steps per image.</summary>
    public int Steps { get; private init; } = 20;

    /// <summary>Null for that of the model's training.</summary>
    public ImageSize? Size { get; private init; }

    /// <summary>Null for the model's own.</summary>
    public string? Scheduler { get; private init; }

    /// <summary>Scale of classifier-free guidance; null for the pipeline's.</summary>
    public float? Guidance { get; private init; }

    /// <summary>Null for none; the empty text counts as given.</summary>
    public string? NegativePrompt { get; private init; }

    /// <summary>Whose random numbers the noise is.</summary>
    public NoiseKind Noise { get; private init; } = NoiseKind.Cpu;

    /// <summary>File format of images: <c>png</c> or <c>jpg</c>.</summary>
    public string Format { get; private init; } = "png";

    /// <summary>Of LoRAs that are given without a scale.</summary>
    public double LoraScale { get; private init; } = 1;

    /// <summary>Whether the model is a fine-tune, and without its LoRA another one.</summary>
    public bool NeedsLora { get; private init; }

    /// <summary>What is taken for a model without a preset: steps and guidance of its card, if it is a known one of few steps.</summary>
    public static GeneratePreset OfModel(string? model) =>
        model is not null && KnownModel.Find(model.Split('@')[0]) is { Steps: { } steps, Guidance: var guidance }
            ? None with
            {
                Steps = steps,
                Guidance = guidance,
            }
            : None;

    /// <summary>The preset of a name.</summary>
    /// <exception cref="UsageException">There is no such preset.</exception>
    public static GeneratePreset Of(string name) =>
        Presets.TryGetValue(name, out var preset)
            ? preset
            : throw new UsageException(
                $"There is no preset '{name}'; the presets are {string.Join(", ", Presets.Keys)}."
            );

    private static GeneratePreset Paper(string model) =>
        new(model)
        {
            Size = new ImageSize(768, 768),
            Scheduler = "euler",
            Guidance = 7.5f,
            NegativePrompt = "",
            Noise = NoiseKind.Cuda,
            Format = "jpg",
        };
}
