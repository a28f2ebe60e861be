using Semblance.Models.Diffusion.Pipelines;
using Semblance.Runs.Sharding;
using Semblance.Studies.Scoring;

namespace Semblance.Studies.Generating;

/// <summary>What to generate, and into which run folder.</summary>
/// <param name="Model">A folder of a diffusers model, a whole model in one file, a known name, or a hub id.</param>
/// <param name="Prompts">Raw texts, each once.</param>
/// <param name="Seeds">For each prompt.</param>
/// <param name="Settings">Of the pipeline; size conditions and, if it has none, its name are filled in.</param>
public sealed record GenerateRequest(
    string Model,
    IReadOnlyList<string> Prompts,
    IReadOnlyList<long> Seeds,
    DiffusionSettings Settings
)
{
    /// <summary>Of the images; null for that of the model's training.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>The size conditions of SDXL for the prompt.</summary>
    public GivenSizes Sizes { get; init; } = new();

    /// <summary>The same for the negative prompt.</summary>
    public GivenSizes NegativeSizes { get; init; } = new();

    /// <summary><c>png</c>, or <c>jpg</c> as Pillow saves it by default.</summary>
    public string Format { get; init; } = "png";

    /// <summary>Where the images are kept.</summary>
    public string Run { get; init; } = ScoreRequest.DefaultRun;

    /// <summary>Make only the images of this shard; null for all.</summary>
    public Shard? Shard { get; init; }

    /// <summary>As <see cref="Semblance.Runs.Generating.GeneratePlan.Part"/> has it.</summary>
    internal int Part { get; init; }
}
