using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>All LoRAs of a run, matched with a model: what each of its components is given, and what became of each file.</summary>
internal sealed class LoraStack
{
    private readonly IReadOnlyDictionary<string, Weights> _components;
    private readonly LoraTargets _targets;
    private readonly IReadOnlyList<(LoraFile File, double Scale, IReadOnlyList<LoraLayer> Layers)> _loras;
    private readonly PivotalTuning? _tuning;

    private LoraStack(
        IReadOnlyDictionary<string, Weights> components,
        LoraTargets targets,
        IReadOnlyList<(LoraFile, double, IReadOnlyList<LoraLayer>)> loras,
        PivotalTuning? tuning,
        IReadOnlyList<LoraReport> reports
    )
    {
        (_components, _targets, _loras, _tuning, Reports) = (components, targets, loras, tuning, reports);
    }

    /// <summary>Of a model without LoRAs.</summary>
    public static LoraStack None { get; } =
        new(new Dictionary<string, Weights>(), new LoraTargets(new Dictionary<string, Weights>(), null), [], null, []);

    /// <summary>What became of each file, in the order in which they were asked for.</summary>
    public IReadOnlyList<LoraReport> Reports { get; }

    /// <summary>How many tokens are new to the tokenizers.</summary>
    public int NewTokens => _tuning?.Count ?? 0;

    /// <summary>Opens LoRAs and matches them with a model. Nothing but headers and new embeddings is read.</summary>
    /// <param name="sources">What is asked for; one file may be there more than once.</param>
    /// <param name="components">The weights of each component that a LoRA may change, by name.</param>
    /// <param name="unet">The U-Net's config, where there is one.</param>
    /// <param name="allowUnmatched">Whether tensors without a place in the model are left out instead of refused.</param>
    /// <exception cref="InputException">A file is damaged, of another kind, or does not fit; see <see cref="LoraLayers.Match"/>.</exception>
    /// <exception cref="UsageException">A scale is not a number, or two LoRAs have new tokens.</exception>
    public static LoraStack Load(
        IReadOnlyList<LoraSource> sources,
        IReadOnlyDictionary<string, Weights> components,
        UNet2DConditionConfig? unet,
        bool allowUnmatched
    )
    {
        var targets = new LoraTargets(components, unet);
        var loras = new List<(LoraFile File, double Scale, IReadOnlyList<LoraLayer> Layers)>();
        var reports = new List<LoraReport>();
        foreach (var source in sources)
        {
            if (!double.IsFinite(source.Scale))
            {
                throw new UsageException(
                    $"The scale {source.Scale} of {source.Path} is not a number; 1 is as trained."
                );
            }

            var file = LoraFile.Open(source.Path);
            var (layers, unmatched) = LoraLayers.Match(file, targets, allowUnmatched);
            loras.Add((file, source.Scale, layers));
            var counts = layers
                .GroupBy(layer => layer.Target.Component, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
            var words = file.Tuning?.Words ?? new Dictionary<string, string>();
            reports.Add(new LoraReport(source, file.Sha256, counts, unmatched, words));
        }

        var tuned = loras.Where(lora => lora.File.Tuning is not null).ToList();
        if (tuned.Count > 1)
        {
            throw new UsageException(
                $"{tuned[0].File.Path} and {tuned[1].File.Path} both have tokens of the same names; use one of them at a time."
            );
        }

        return new LoraStack(components, targets, loras, tuned.FirstOrDefault().File?.Tuning, reports);
    }

    /// <summary>A prompt whose words for new tokens are replaced; the negative prompt stays as it is.</summary>
    public string Replace(string prompt) => _tuning?.Replace(prompt) ?? prompt;

    /// <summary>A tokenizer that knows the new tokens; their ids follow its own.</summary>
    public ClipTokenizer Extend(ClipTokenizer tokenizer) =>
        _tuning is null ? tokenizer : tokenizer.With(_tuning.Tokens);

    /// <summary>What a component is given, or null for nothing. For DoRA the weights it changes are read.</summary>
    /// <remarks>A LoRA of scale 0 is left out, DoRA too.</remarks>
    public AdapterSet? For(string component)
    {
        var parts =
            from indexed in _loras.Select((lora, index) => (lora, index))
            where indexed.lora.Scale != 0
            from layer in indexed.lora.Layers
            where layer.Target.Component == component
            select (Layer: layer, Part: Branch(layer, indexed.lora.Scale, indexed.index));
        var modules = parts
            .GroupBy(part => part.Layer.Target.Module, StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group => Join([.. group.Select(part => part.Part)]),
                StringComparer.Ordinal
            );
        var rows = NewRows(component);
        return modules.Count + rows.Count == 0
            ? null
            : new AdapterSet(string.Join(", ", _loras.Select(lora => lora.File.Path)), modules, rows);
    }

    private LowRankBranch Branch(LoraLayer layer, double scale, int index)
    {
        var factor = (float)(scale * layer.Factor);
        var outputs = layer.Magnitude is null
            ? null
            : DoraNorms.Scales(
                _targets.WeightOf(layer.Target).ReadFloat32(),
                layer.Down.ReadFloat32(),
                layer.Up.ReadFloat32(),
                factor,
                layer.Magnitude.ReadFloat32()
            );
        return new LowRankBranch($"lora.{index}.{layer.Target.Module}", layer.Down, layer.Up, factor, outputs);
    }

    /// <summary>
    /// Each DoRA scales the rows of W by its own g, so that together they give W (1 + sum of (g - 1)), as peft adds
    /// them.
    /// </summary>
    private static ModuleAdapter Join(IReadOnlyList<LowRankBranch> branches)
    {
        float[]? ofBase = null;
        foreach (var scale in branches.Select(branch => branch.OutputScale).OfType<float[]>())
        {
            ofBase ??= [.. Enumerable.Repeat(1f, scale.Length)];
            for (var i = 0; i < scale.Length; i++)
            {
                ofBase[i] += scale[i] - 1f;
            }
        }

        return new ModuleAdapter(branches, ofBase);
    }

    private Dictionary<string, float[]> NewRows(string component)
    {
        const string Table = "text_model.embeddings.token_embedding.weight";
        var rows = new Dictionary<string, float[]>(StringComparer.Ordinal);
        var encoder = component switch
        {
            "text_encoder" => 0,
            "text_encoder_2" => 1,
            _ => -1,
        };
        if (_tuning is null || encoder < 0)
        {
            return rows;
        }

        var width = _components[component].All.TryGetValue(Table, out var table) ? table.Shape[1] : 0;
        if (encoder >= _tuning.Embeddings.Count || _tuning.Embeddings[encoder].Length != _tuning.Count * width)
        {
            var path = _loras.First(lora => lora.File.Tuning is not null).File.Path;
            throw new InputException(
                $"{path}: the new embeddings for {component} do not have its width of {width}; it was made for another base model."
            );
        }

        rows.Add(Table, _tuning.Embeddings[encoder]);
        return rows;
    }
}
