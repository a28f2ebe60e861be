using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>All LoRAs of a run, matched with a model: what each of its components is given, and what became of each file.</summary>
internal sealed class LoraStack
{
    private readonly LoraTargets _targets;
    private readonly List<(LoraFile File, double Scale, IReadOnlyList<LoraLayer> Layers)> _loras = [];
    private readonly List<LoraReport> _reports = [];

    private LoraStack(LoraTargets targets) => _targets = targets;

    /// <summary>Of a model without LoRAs.</summary>
    public static LoraStack None { get; } = new(new LoraTargets(new Dictionary<string, Weights>(), unet: null));

    /// <summary>What became of each file, in the order in which they were asked for.</summary>
    public IReadOnlyList<LoraReport> Reports => _reports;

    private LoraFile? Tuned => _loras.FirstOrDefault(lora => lora.File.Tuning is not null).File;

    /// <summary>Opens LoRAs and matches them with a model. Each tensor is read once, for numbers that are none.</summary>
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
        var stack = new LoraStack(new LoraTargets(components, unet));
        foreach (var source in sources)
        {
            if (!double.IsFinite(source.Scale))
            {
                throw new UsageException(
                    $"The scale {source.Scale} of {source.Path} is not a number; 1 is as trained."
                );
            }

            var file = LoraFile.Open(source.Path);
            var (layers, unmatched) = LoraLayers.Match(file, stack._targets, allowUnmatched);
            file.RequireFinite();
            stack._loras.Add((file, source.Scale, layers));
            var counts = layers
                .GroupBy(layer => layer.Target.Component, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
            var words = file.Tuning?.Words ?? new Dictionary<string, string>();
            stack._reports.Add(new LoraReport(source, file.Sha256, counts, unmatched, words));
        }

        var tuned = stack._loras.Select(lora => lora.File).Where(file => file.Tuning is not null).ToList();
        return tuned is [var one, var other, ..]
            ? throw new UsageException(
                $"{one.Path} and {other.Path} both have tokens of the same names; use one of them at a time."
            )
            : stack;
    }

    /// <summary>A prompt whose words for new tokens are replaced; the negative prompt stays as it is.</summary>
    public string Replace(string prompt) => Tuned?.Tuning?.Replace(prompt) ?? prompt;

    /// <summary>A tokenizer that knows the new tokens; their ids follow its own.</summary>
    public ClipTokenizer Extend(ClipTokenizer tokenizer) =>
        Tuned?.Tuning is { } tuning ? tokenizer.With(tuning.Tokens) : tokenizer;

    /// <summary>What a component is given, or null for nothing. For DoRA the weights it changes are read.</summary>
    /// <remarks>A LoRA of scale 0 is left out, DoRA too.</remarks>
    public AdapterSet? For(string component)
    {
        var parts =
            from indexed in _loras.Select((lora, index) => (lora, index))
            where indexed.lora.Scale != 0
            from layer in indexed.lora.Layers
            where layer.Target.Component == component
            select (Layer: layer, indexed.lora.Scale, Name: $"lora.{indexed.index}.{layer.Target.Module}");
        var modules = parts
            .GroupBy(part => part.Layer.Target.Module, StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group =>
                    Join(
                        [
                            .. from part in @group
                            where part.Layer is LowRankLayer
                            select Branch((LowRankLayer)part.Layer, part.Scale, part.Name),
                        ],
                        [
                            .. from part in @group
                            where part.Layer is MergedLayer { Weight: not null }
                            select Delta((MergedLayer)part.Layer, part.Scale, part.Name),
                        ],
                        [
                            .. from part in @group
                            where part.Layer is MergedLayer { Bias: not null }
                            select BiasDelta((MergedLayer)part.Layer, part.Scale, part.Name),
                        ]
                    ),
                StringComparer.Ordinal
            );
        var rows = NewRows(component);
        return modules.Count + rows.Count == 0
            ? null
            : new AdapterSet(string.Join(", ", _loras.Select(lora => lora.File.Path)), modules, rows);
    }

    /// <summary>Bytes as float32 of the weights of a component that are changed before it runs, once for each change.</summary>
    public long MergedBytes(string component) =>
        _loras
            .Where(lora => lora.Scale != 0)
            .SelectMany(lora => lora.Layers)
            .OfType<MergedLayer>()
            .Where(layer => layer.Weight is not null && layer.Target.Component == component)
            .Sum(layer => sizeof(float) * _targets.WeightOf(layer.Target).Count);

    private LowRankBranch Branch(LowRankLayer layer, double scale, string name)
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
        return new LowRankBranch(name, layer.Down, layer.Up, factor, outputs);
    }

    private static WeightDelta Delta(MergedLayer layer, double scale, string name) =>
        new(
            name,
            g => layer.Weight!.Emit(g, name),
            (float)(scale * layer.Factor),
            layer.Lengths?.Values.ReadFloat32(),
            layer.Lengths?.Axis ?? 0
        );

    private static WeightDelta BiasDelta(MergedLayer layer, double scale, string name) =>
        new(name, g => g.WideInitializer($"{name}.bias", layer.Bias!), (float)scale);

    /// <summary>
    /// Each DoRA scales the rows of W by its own g, so that together they give W (1 + sum of (g - 1)), as peft adds
    /// them.
    /// </summary>
    private static ModuleAdapter Join(
        IReadOnlyList<LowRankBranch> branches,
        IReadOnlyList<WeightDelta> deltas,
        IReadOnlyList<WeightDelta> biases
    )
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

        return new ModuleAdapter(branches, ofBase, deltas, biases);
    }

    private Dictionary<string, float[]> NewRows(string component)
    {
        const string Table = "text_model.embeddings.token_embedding.weight";
        var encoder = Array.IndexOf(["text_encoder", "text_encoder_2"], component);
        if (encoder < 0 || Tuned is not { Tuning: { } tuning } file)
        {
            return [];
        }

        var width = _targets.Components[component].All.TryGetValue(Table, out var table) ? table.Shape[1] : 0;
        return encoder < tuning.Embeddings.Count && tuning.Embeddings[encoder].Length == tuning.Count * width
            ? new Dictionary<string, float[]> { [Table] = tuning.Embeddings[encoder] }
            : throw new InputException(
                $"{file.Path}: the new embeddings for {component} do not have its width of {width}; it was made for another base model."
            );
    }
}
