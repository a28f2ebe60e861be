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
    private readonly IReadOnlyDictionary<string, Weights> _components;

    /// <summary>Lists the modules that a LoRA may change.</summary>
    /// <param name="components">The weights of each component that a LoRA may change, by name.</param>
    /// <param name="unet">The U-Net's config, where there is one.</param>
    public LoraTargets(IReadOnlyDictionary<string, Weights> components, UNet2DConditionConfig? unet)
    {
        _components = components;
        foreach (var (component, weights) in components)
        {
            foreach (var name in weights.All.Where(pair => IsMatrix(pair)).Select(pair => pair.Key))
            {
                var module = name[..^".weight".Length];
                Add(new LoraTarget(component, module), Spellings(component, module, unet));
            }
        }
    }

    /// <summary>The module of a spelling, or null.</summary>
    public LoraTarget? Find(string spelling) => _bySpelling.TryGetValue(spelling, out var target) ? target : null;

    /// <summary>The weight of a module.</summary>
    public TensorEntry WeightOf(LoraTarget target) => _components[target.Component].All[$"{target.Module}.weight"];

    private static bool IsMatrix(KeyValuePair<string, TensorEntry> tensor) =>
        tensor.Key.EndsWith(".weight", StringComparison.Ordinal) && tensor.Value.Shape.Length is 2 or 4;

    private void Add(LoraTarget target, IEnumerable<string> spellings)
    {
        foreach (var spelling in spellings)
        {
            // The components' own spellings differ by their beginnings; what comes first stands.
            _bySpelling.TryAdd(spelling, target);
        }
    }

    private static IEnumerable<string> Spellings(string component, string module, UNet2DConditionConfig? unet)
    {
        var flat = module.Replace('.', '_');
        yield return $"{component}.{module}";
        switch (component)
        {
            case "text_encoder" or "text_encoder_2":
                // Newer transformers have no text_model between.
                if (module.StartsWith(TextModel, StringComparison.Ordinal))
                {
                    yield return $"{component}.{module[TextModel.Length..]}";
                }

                yield return component == "text_encoder" ? $"lora_te1_{flat}" : $"lora_te2_{flat}";
                if (component == "text_encoder")
                {
                    yield return $"lora_te_{flat}";
                }

                break;
            default:
                yield return module;
                yield return $"base_model.model.{module}";
                yield return $"{component}.base_model.model.{module}";
                yield return $"lora_{component}_{flat}";
                if (unet is not null && Original(module, unet) is { } original)
                {
                    yield return $"lora_unet_{original.Replace('.', '_')}";
                    yield return $"diffusion_model.{original}";
                }

                break;
        }
    }

    private static string? Original(string module, UNet2DConditionConfig unet) =>
        OriginalUNetNames.Of(
            module,
            [.. unet.Levels.Select(level => level.Resnets)],
            [.. unet.UpTransformers.Select(layers => layers is not null)]
        );
}
