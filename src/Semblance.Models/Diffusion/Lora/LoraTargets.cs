using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Originals;
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
    private const string TextModel = "text_model_";

    /// <summary>
    /// What formats put before the name of a module, and the component that it says; the denoiser where none says another.
    /// They may stand one behind another, and as well with dots as with underscores.
    /// </summary>
    private static readonly (string Beginning, string? Component)[] Beginnings =
    [
        ("text_encoders_", null),
        ("text_encoder_2_", "text_encoder_2"),
        ("text_encoder_1_", "text_encoder"),
        ("text_encoder_", "text_encoder"),
        ("te2_", "text_encoder_2"),
        ("te1_", "text_encoder"),
        ("te_", "text_encoder"),
        ("clip_g_", "text_encoder_2"),
        ("clip_l_", "text_encoder"),
        ("diffusion_model_", null),
        ("base_model_", null),
        ("transformer_", null),
        ("lycoris_", null),
        ("model_", null),
        ("lora_", null),
        ("unet_", null),
    ];

    private readonly Dictionary<(string Component, string Name), IReadOnlyList<LoraTarget>> _byName = [];
    private readonly string _denoiser;

    /// <summary>Lists the modules that a LoRA may change.</summary>
    /// <param name="components">The weights of each component that a LoRA may change, by name.</param>
    /// <param name="unet">The U-Net's config, where there is one.</param>
    public LoraTargets(IReadOnlyDictionary<string, Weights> components, UNet2DConditionConfig? unet)
    {
        Components = components;
        _denoiser = components.Keys.FirstOrDefault(name => !IsText(name)) ?? "";
        foreach (var (component, weights) in components)
        {
            foreach (var name in weights.All.Where(pair => IsMatrix(pair)).Select(pair => pair.Key))
            {
                var module = name[..^".weight".Length];
                foreach (var spelling in Spellings(component, module, unet).OfType<string>())
                {
                    _byName.TryAdd((component, Flat(spelling)), [new LoraTarget(component, module)]);
                }
            }
        }

        foreach (var (name, modules) in OriginalPixArtNames.Fused(components.GetValueOrDefault("transformer")))
        {
            _byName[("transformer", Flat(name))] = [.. modules.Select(module => new LoraTarget("transformer", module))];
        }
    }

    /// <summary>The weights of each component, by name.</summary>
    public IReadOnlyDictionary<string, Weights> Components { get; }

    /// <summary>
    /// The modules of a spelling: none, one, or those whose outputs the original network had one after another in one
    /// module.
    /// </summary>
    public IReadOnlyList<LoraTarget> Find(string spelling)
    {
        var name = Flat(spelling)
            .Replace("_orig_mod_", "", StringComparison.Ordinal)
            .Replace("_processor_to_", "_to_", StringComparison.Ordinal);
        var component = _denoiser;
        while (true)
        {
            if (_byName.TryGetValue((component, name), out var targets))
            {
                return targets;
            }

            var (beginning, says) = Beginnings.FirstOrDefault(row =>
                name.StartsWith(row.Beginning, StringComparison.Ordinal)
            );
            if (beginning is null)
            {
                return [];
            }

            (name, component) = (name[beginning.Length..], says ?? component);
        }
    }

    /// <summary>The weight of a module.</summary>
    public TensorEntry WeightOf(LoraTarget target) => Components[target.Component].All[$"{target.Module}.weight"];

    private static string Flat(string name) => name.Replace('.', '_');

    private static bool IsText(string component) => component.StartsWith("text", StringComparison.Ordinal);

    private static bool IsMatrix(KeyValuePair<string, TensorEntry> tensor) =>
        tensor.Key.EndsWith(".weight", StringComparison.Ordinal) && tensor.Value.Shape.Length is 2 or 4;

    private static IEnumerable<string?> Spellings(string component, string module, UNet2DConditionConfig? unet)
    {
        var flat = Flat(module);
        yield return flat;
        // Where attention kept its output beside a dropout it is to_out.0, which some formats shorten.
        yield return flat.EndsWith("_to_out_0", StringComparison.Ordinal) ? flat[..^"_0".Length] : null;
        if (!IsText(component))
        {
            yield return unet is null ? OriginalPixArtNames.Of(module) : Original(module, unet);
            yield break;
        }

        // Newer transformers have no text_model between; diffusers once named the matrices as those of the U-Net.
        var bare = flat.StartsWith(TextModel, StringComparison.Ordinal) ? flat[TextModel.Length..] : flat;
        yield return bare;
        foreach (var name in new[] { flat, bare })
        {
            var old = name.Replace("_attn_out_proj", "_attn_to_out_0", StringComparison.Ordinal);
            foreach (var part in "qkv")
            {
                old = old.Replace($"_attn_{part}_proj", $"_attn_to_{part}", StringComparison.Ordinal);
            }

            yield return old;
            yield return old.EndsWith("_to_out_0", StringComparison.Ordinal) ? old[..^"_0".Length] : null;
        }
    }

    private static string? Original(string module, UNet2DConditionConfig unet) =>
        OriginalUNetNames.Of(
            module,
            [.. unet.Levels.Select(level => level.Resnets)],
            [.. unet.UpTransformers.Select(layers => layers is not null)]
        );
}
