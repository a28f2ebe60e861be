using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;

namespace Semblance.Models.Diffusion.Components;

/// <summary>A tokenizer that lies elsewhere than in the folder of a model.</summary>
/// <param name="Folder">With its files.</param>
/// <param name="Pad">The token that fills up; null for what the files say.</param>
internal sealed record TokenizerPart(string Folder, string? Pad);

/// <summary>Parts of a model that do not come from its folder, by the names of components; what is not here does.</summary>
/// <param name="Configs">Configurations of networks.</param>
/// <param name="Weights">Their tensors, in diffusers' names.</param>
/// <param name="Tokenizers">Where tokenizers lie.</param>
/// <param name="Scheduler">The scheduler's configuration; null for that of the folder.</param>
internal sealed record ModelParts(
    IReadOnlyDictionary<string, ConfigJson> Configs,
    IReadOnlyDictionary<string, Checkpoint> Weights,
    IReadOnlyDictionary<string, TokenizerPart> Tokenizers,
    ConfigJson? Scheduler
)
{
    /// <summary>Of a model all of which is in its folder.</summary>
    public static ModelParts None { get; } =
        new(
            new Dictionary<string, ConfigJson>(),
            new Dictionary<string, Checkpoint>(),
            new Dictionary<string, TokenizerPart>(),
            null
        );

    /// <summary>The same with another autoencoder.</summary>
    public ModelParts WithVae(ConfigJson config, Checkpoint weights) =>
        this with
        {
            Configs = new Dictionary<string, ConfigJson>(Configs) { ["vae"] = config },
            Weights = new Dictionary<string, Checkpoint>(Weights) { ["vae"] = weights },
        };
}
