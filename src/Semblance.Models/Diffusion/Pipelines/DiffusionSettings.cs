using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>How images are made, the same for all images of a run.</summary>
public sealed record DiffusionSettings
{
    /// <summary>Name of the model in folders and tables; null for the name of its folder.</summary>
    public string? Name { get; init; }

    /// <summary>Denoising steps, at least 1.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>
    /// Scale of classifier-free guidance (Ho and Salimans, arXiv 2207.12598); 1 or less goes without. Null for the
    /// default of the pipeline: 5 for SDXL, 7.5 for Stable Diffusion, 4.5 for PixArt.
    /// </summary>
    public float? Guidance { get; init; }

    /// <summary>
    /// What the images are led away from. The empty text is encoded as any other; null means no text at all, for which
    /// SDXL takes zeros and the others the empty text.
    /// </summary>
    public string? NegativePrompt { get; init; }

    /// <summary>Scheduler by the name people use, such as <c>euler</c> or <c>dpm++2m-karras</c>; null for the model's own.</summary>
    public string? Scheduler { get; init; }

    /// <summary>Which training steps the scheduler visits; null for what its configuration says.</summary>
    public TimestepSpacing? Spacing { get; init; }

    /// <summary>The training steps that it visits in place of a spacing, falling, as many as <see cref="Steps"/>; null for the spacing.</summary>
    public IReadOnlyList<int>? Timesteps { get; init; }

    /// <summary>What the network's output means; null for what the scheduler's configuration says.</summary>
    public PredictionType? Prediction { get; init; }

    /// <summary>
    /// How much of the noise that a step may add is added, 0 to 1; null for the scheduler's usual. Only DDIM, TCD and DPM++
    /// SDE have it.
    /// </summary>
    public double? Eta { get; init; }

    /// <summary>
    /// How far guided predictions are brought back to the deviation of those of the prompt alone, 0 to 1 (Lin et al., arXiv
    /// 2305.08891, equations 15 and 16). PixArt refuses it.
    /// </summary>
    public float GuidanceRescale { get; init; }

    /// <summary>LoRAs that are added to the model, all at once.</summary>
    public IReadOnlyList<LoraSource> Loras { get; init; } = [];

    /// <summary>Whether tensors of a LoRA that have no place in the model are left out instead of refused.</summary>
    public bool AllowUnmatchedLoraKeys { get; init; }

    /// <summary>Which generator's numbers the noise is made of.</summary>
    public NoiseKind Noise { get; init; }

    /// <summary>What SDXL is told about sizes; null for an image of the requested size, not cropped.</summary>
    public SizeConditions? Sizes { get; init; }

    /// <summary>The same for the negative prompt; null for what the prompt itself is told.</summary>
    public SizeConditions? NegativeSizes { get; init; }

    /// <summary>Whether large images are decoded in overlapping tiles, which takes less memory and changes them slightly.</summary>
    public bool Tiled { get; init; }

    /// <summary>
    /// PixArt: whether an image is made at the size nearest in aspect ratio of those the model was trained on, and then
    /// resized and cropped to what was asked for, as diffusers does from 0.24 on. Null for yes; other pipelines have none,
    /// and refuse to be asked for it.
    /// </summary>
    public bool? ResolutionBinning { get; init; }

    /// <summary>
    /// PixArt: whether prompts are cleaned of what captions from the web carry (links, HTML, file names, article numbers,
    /// broken encodings), as diffusers does by default where ftfy and Beautiful Soup are installed. They are put in lower
    /// case in any case.
    /// </summary>
    public bool CleanCaptions { get; init; } = true;

    /// <summary>
    /// PixArt: whether texts are cut to the number of tokens of the prompt in place of being masked, as diffusers 0.22 to
    /// 0.23.1 did for a single prompt. Other pipelines refuse it.
    /// </summary>
    public bool TrimmedText { get; init; }

    /// <summary>
    /// Which weight files are read where a component has several, such as <c>fp16</c> for the smaller ones; null for the
    /// plain ones, or under fp16 those of that name if there are any. What is calculated in is <see cref="Precision"/>.
    /// </summary>
    public string? Variant { get; init; }

    /// <summary>
    /// A folder with the configurations and tokenizers of a model in one file, laid out as diffusers does; what it lacks
    /// follows from the file. Null for the folder of the file, if that has a model_index.json.
    /// </summary>
    public string? Configuration { get; init; }

    /// <summary>A folder with CLIP's tokenizer for a model in one file, where <see cref="Configuration"/> has none; null for none.</summary>
    public string? Tokenizers { get; init; }

    /// <summary>An autoencoder that takes the place of the model's own: a folder, or one file; null for its own.</summary>
    public string? Vae { get; init; }

    /// <summary>
    /// Stable Diffusion: from which layer of the text encoders the states are taken, counted from the end, 1 for the last
    /// one. Null for what the model was trained with: 1 for Stable Diffusion 1.5, 2 for SDXL. In diffusers' words,
    /// <c>clip_skip</c> is one less for the former, two less for the latter.
    /// </summary>
    public int? ClipSkip { get; init; }

    /// <summary>Every device that makes images, the first before the others.</summary>
    internal IReadOnlyList<Device> Devices => [Device, .. FurtherDevices];

    internal ModelChoice Choice =>
        new(Variant ?? (Precision == Precision.Fp16 ? "fp16" : null), Configuration, Tokenizers, Vae);

    /// <summary>Threads within one operator; 0 for one per physical core.</summary>
    public int Threads { get; init; }

    /// <summary>What all networks run on; looked for when the first is loaded.</summary>
    public Device Device { get; init; }

    /// <summary>Others of its kind, which make a part of the images each. No number depends on them.</summary>
    public IReadOnlyList<Device> FurtherDevices { get; init; } = [];

    /// <summary>
    /// How many seeds of a prompt are denoised at a time, at least 1. More need more memory; an image then depends on what was
    /// made beside it, by last bits of the network's arithmetic.
    /// </summary>
    public int Batch { get; init; } = 1;

    /// <summary>
    /// In which numbers networks calculate. In half precision they do as diffusers does: timesteps and norms, T5's <c>wo</c>
    /// under fp16, and under fp16 SDXL's autoencoder unless its <c>force_upcast</c> is false, stay in fp32.
    /// </summary>
    public Precision Precision { get; init; }
}
