using Semblance.Models.Checkpoints;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>A module that a LoRA can change.</summary>
/// <param name="Component"><c>unet</c>, <c>transformer</c>, <c>text_encoder</c>, <c>text_encoder_2</c>.</param>
/// <param name="Module">Its name in the component's checkpoint.</param>
internal readonly record struct LoraTarget(string Component, string Module);

/// <summary>The modules of a model under all the spellings that LoRA files use for them.</summary>
internal sealed class LoraTargets
{
    private const string TextModel = "text_model.";

    private readonly Dictionary<string, LoraTarget> _bySpelling = new(StringComparer.Ordinal);

    /// <summary>Lists the modules that a LoRA may change.</summary>
    /// <param name="components">The weights of each component that a LoRA may change, by name.</param>
    /// <param name="unet">The U-Net's config, where there is one.</param>
    public LoraTargets(IReadOnlyDictionary<string, Weights> components, UNet2DConditionConfig? unet)
    {
        Components = components;
        foreach (var (component, weights) in components)
        {
            foreach (var name in weights.All.Where(pair => IsMatrix(pair)).Select(pair => pair.Key))
            {
                var module = name[..^".weight".Length];
                foreach (var spelling in Spellings(component, module, unet).OfType<string>())
                {
                    // The components' own spellings differ by their beginnings; what comes first stands.
                    _bySpelling.TryAdd(spelling, new LoraTarget(component, module));
                }
            }
        }
    }

    /// <summary>The weights of each component, by name.</summary>
    public IReadOnlyDictionary<string, Weights> Components { get; }

    /// <summary>The module of a spelling, or null.</summary>
    public LoraTarget? Find(string spelling) => _bySpelling.TryGetValue(spelling, out var target) ? target : null;

    /// <summary>The weight of a module.</summary>
    public TensorEntry WeightOf(LoraTarget target) => Components[target.Component].All[$"{target.Module}.weight"];

    private static bool IsMatrix(KeyValuePair<string, TensorEntry> tensor) =>
        tensor.Key.EndsWith(".weight", StringComparison.Ordinal) && tensor.Value.Shape.Length is 2 or 4;

    private static string?[] Spellings(string component, string module, UNet2DConditionConfig? unet)
    {
        var flat = module.Replace('.', '_');
        // Newer transformers have no text_model between.
        var bare = module.StartsWith(TextModel, StringComparison.Ordinal) ? module[TextModel.Length..] : module;
        var original = unet is null ? null : Original(module, unet);
        return component switch
        {
            "text_encoder" => [$"{component}.{module}", $"{component}.{bare}", $"lora_te1_{flat}", $"lora_te_{flat}"],
            "text_encoder_2" => [$"{component}.{module}", $"{component}.{bare}", $"lora_te2_{flat}"],
            _ =>
            [
                $"{component}.{module}",
                module,
                $"base_model.model.{module}",
                $"{component}.base_model.model.{module}",
                $"lora_{component}_{flat}",
                original is null ? null : $"lora_unet_{original.Replace('.', '_')}",
                original is null ? null : $"diffusion_model.{original}",
            ],
        };
    }

    private static string? Original(string module, UNet2DConditionConfig unet) =>
        OriginalUNetNames.Of(
            module,
            [.. unet.Levels.Select(level => level.Resnets)],
            [.. unet.UpTransformers.Select(layers => layers is not null)]
        );
}
