using Semblance.Models.Diffusion.Lora;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Painters;
using Semblance.Remote;
using Semblance.Remote.Settings;
using Semblance.Studies.Generating;
using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Files;

/// <summary>Reads one model of a study file; with a matrix of its own it is several.</summary>
internal sealed class ModelReader(
    YamlReading reading,
    IReadOnlyDictionary<string, Backend> backends,
    YamlFields? defaults,
    string folder,
    BlankImage onBlank,
    bool asPng
)
{
    private const int MostVariants = 100;

    /// <summary>What every kind of model may have.</summary>
    private static readonly string[] Common =
    [
        "id",
        "label",
        "backend",
        "seeds",
        "suffix",
        "matrix",
        "repetitions",
        "seed_support",
        "price_per_image",
    ];

    private static readonly string[] OfCheckpoints =
    [
        "preset",
        "checkpoint",
        "width",
        "height",
        "steps",
        "guidance_scale",
        "negative_prompt",
        "scheduler",
        "vae",
        "loras",
        "noise",
        "clip_skip",
        "precision",
    ];

    /// <summary>Painters by the names that a study gives them.</summary>
    public static IReadOnlyDictionary<string, Painter> Painters { get; } =
        new Dictionary<string, Painter> { ["steady"] = Painter.Steady, ["wanderer"] = Painter.Wanderer };

    /// <summary>What is known of a model before its prompts and seeds are.</summary>
    /// <param name="Fields">As they are given.</param>
    /// <param name="Model">Without cells.</param>
    /// <param name="Takes">Of a server; null elsewhere.</param>
    public sealed record Draft(YamlFields Fields, StudyModel Model, ServerKind? Takes)
    {
        /// <summary>Images a prompt where there are no seeds; null where there are.</summary>
        public int? Repetitions { get; init; }

        /// <summary>Seeds of its own as text; null for those of the study.</summary>
        public string? PresetSeeds { get; init; }
    }

    public IEnumerable<Draft> Read(YamlNode node)
    {
        if (node is not YamlMappingNode map)
        {
            reading.Fault(node, "A model takes fields, such as id and folder, checkpoint or backend.");
            yield break;
        }

        var fields = new YamlFields(reading, map, "a model", StudyKeys.Model, StudyKeys.Aliases);
        if (fields.Word("id") is not { } id)
        {
            reading.Fault(map, "A model has no id.");
            yield break;
        }

        foreach (var (variant, values) in Variants(fields))
        {
            var name =
                values.Count == 0
                    ? id
                    : $"{id} {string.Join(' ', values.Select(value => $"{value.Key}={value.Value}"))}";
            var varied = values.Count == 0 ? null : new VariedModel(id, values);
            if (ReadOne(name, variant, varied) is { } draft)
            {
                yield return draft;
            }
        }
    }

    /// <summary>The combinations of a model's matrix, each as a model.</summary>
    private static (YamlFields Fields, IReadOnlyList<KeyValuePair<string, string>> Values)[] Variants(YamlFields fields)
    {
        if (fields.Map("matrix", "a model's matrix", StudyKeys.Varied) is not { } matrix)
        {
            return [(fields, [])];
        }

        IEnumerable<(YamlFields Fields, IReadOnlyList<KeyValuePair<string, string>> Values)> all = [(fields, [])];
        foreach (var parameter in matrix.Names)
        {
            var values = matrix.List(parameter).OfType<YamlScalarNode>().ToArray();
            all = all.SelectMany(one =>
                values.Select(value =>
                    (
                        one.Fields.With([KeyValuePair.Create(parameter, (YamlNode)value)]),
                        (IReadOnlyList<KeyValuePair<string, string>>)
                            [.. one.Values, KeyValuePair.Create(parameter, value.Value ?? "")]
                    )
                )
            );
        }

        var variants = all.Take(MostVariants + 1).ToArray();
        if (variants.Length is 0 or > MostVariants)
        {
            fields.Fault(
                "matrix",
                variants.Length == 0
                    ? "A matrix has a parameter without values."
                    : $"A matrix makes more than {MostVariants} models."
            );
            return [];
        }

        return variants;
    }

    private Draft? ReadOne(string id, YamlFields fields, VariedModel? varied)
    {
        var backend = BackendOf(fields);
        if (backend is null)
        {
            return null;
        }

        CheckFields(fields, backend, id);
        var preset = Preset(fields);
        var size = SizeOf(fields, preset);
        var suffix = fields.Word("suffix");
        var model = backend.Kind switch
        {
            BackendReader.Folder => Folder(fields, id),
            BackendReader.Painter => Painted(fields, id),
            BackendReader.Native => Native(fields, id, size, preset),
            _ => Served(fields, id, size, backend),
        };
        var repetitions = Repetitions(fields, backend);
        return model is null
            ? null
            : new Draft(
                fields,
                model with
                {
                    Label = fields.Word("label"),
                    Size = size,
                    Suffix = suffix,
                    IsRepeated = repetitions is not null,
                    Varied = varied,
                },
                backend.Takes
            )
            {
                Repetitions = repetitions,
                PresetSeeds = preset?.Seeds,
            };
    }

    private Backend? BackendOf(YamlFields fields)
    {
        if (fields.Word("backend") is { } name)
        {
            if (backends.TryGetValue(name, out var found))
            {
                return found;
            }

            var near = NearestName.Of(name, backends.Keys);
            fields.Fault(
                "backend",
                near is null
                    ? $"There is no backend \"{name}\"; describe it under backends."
                    : $"There is no backend \"{name}\"; did you mean \"{near}\"?"
            );
            return null;
        }

        string[] ways = [.. ((string[])["folder", "dataset", "painter", "checkpoint", "preset"]).Where(fields.Has)];
        switch (ways)
        {
            case ["folder"] or ["dataset"] or ["folder", "dataset"]:
                return new Backend("folder", BackendReader.Folder);
            case ["painter"]:
                return new Backend("painter", BackendReader.Painter);
            case ["checkpoint"] or ["preset"] or ["checkpoint", "preset"]:
                return new Backend("native", BackendReader.Native);
            case []:
                reading.Fault(
                    fields.Node,
                    "Nothing says where the images of this model come from: give folder, dataset, checkpoint, painter or backend."
                );
                return null;
            default:
                reading.Fault(fields.At(ways[1]), $"A model is either {string.Join(" or ", ways)}; remove one.");
                return null;
        }
    }

    /// <summary>A field that is not taken would be lost without a word; one of the defaults is only meant for those that take it.</summary>
    private void CheckFields(YamlFields fields, Backend backend, string id)
    {
        var taken = backend.Kind switch
        {
            BackendReader.Folder => (IReadOnlyList<string>)["folder", "dataset"],
            BackendReader.Painter => ["painter", "width", "height"],
            BackendReader.Native => OfCheckpoints,
            _ => backend.Takes!.Fields,
        };
        var called = backend.Server is { } server
            ? $"{backend.Name} ({backend.Kind}{(backend.Takes!.Dialects.Count > 1 ? $", {server.Dialect}" : "")})"
            : $"A model of the kind {backend.Kind}";
        foreach (
            var name in fields.Names.Where(name =>
                !Common.Contains(name) && !taken.Contains(name) && name != "lora_weight"
            )
        )
        {
            reading.Fault(fields.At(name), $"{called} cannot take {name}; it takes {string.Join(", ", taken)}.");
        }

        if (fields.Has("lora_weight") && !taken.Contains("loras"))
        {
            reading.Fault(fields.At("lora_weight"), $"{called} takes no LoRAs.");
        }

        string[] lost = [.. (defaults?.Names ?? []).Where(name => !taken.Contains(name) && !fields.Has(name))];
        if (lost.Length > 0 && backend.Kind != BackendReader.Folder && backend.Kind != BackendReader.Painter)
        {
            reading.Warnings.Add($"{id}: {called} does not take {string.Join(", ", lost)} of the defaults");
        }
    }

    private static GeneratePreset? Preset(YamlFields fields)
    {
        if (fields.Word("preset") is not { } name)
        {
            return null;
        }

        try
        {
            var preset = GeneratePreset.Of(name);
            if (preset.NeedsLora && !fields.Has("loras"))
            {
                fields.Fault("preset", $"The preset {name} is of a fine-tune, and this model has no loras.");
            }

            return preset;
        }
        catch (UsageException fault)
        {
            fields.Fault("preset", fault.Message);
            return null;
        }
    }

    private ImageSize SizeOf(YamlFields fields, GeneratePreset? preset)
    {
        const int Most = 16_384;
        var width =
            fields.Whole("width", 1, Most)
            ?? (preset?.Size is { } one ? one.Width : defaults?.Whole("width", 1, Most) ?? 1024);
        var height =
            fields.Whole("height", 1, Most)
            ?? (preset?.Size is { } two ? two.Height : defaults?.Whole("height", 1, Most) ?? 1024);
        return new ImageSize(width, height);
    }

    private StudyModel? Folder(YamlFields fields, string id)
    {
        if (fields.Word("dataset") is { } dataset)
        {
            return new StudyModel(id, new FolderSource(fields.Word("folder") ?? "") { Dataset = dataset }, []);
        }

        if (fields.Word("folder") is not { } path)
        {
            reading.Fault(fields.Node, $"{id} has no folder.");
            return null;
        }

        return new StudyModel(id, new FolderSource(Path.Combine(folder, path)), []);
    }

    private static StudyModel? Painted(YamlFields fields, string id) =>
        fields.OneOf("painter", [.. Painters.Keys]) is { } name
            ? new StudyModel(id, new PainterSource(name), [])
            : null;

    private StudyModel? Native(YamlFields fields, string id, ImageSize size, GeneratePreset? preset)
    {
        if ((fields.Word("checkpoint") ?? preset?.Model) is not { } checkpoint)
        {
            reading.Fault(
                fields.Node,
                $"{id} has no checkpoint: a folder, a file, a known name such as sdxl, or a hub id."
            );
            return null;
        }

        var usual = preset ?? GeneratePreset.OfModel(checkpoint);
        var local = Path.Combine(folder, checkpoint);
        var settings = new DiffusionSettings
        {
            Name = id,
            Steps = Steps(fields) ?? usual.Steps,
            Guidance = (float?)Guidance(fields) ?? usual.Guidance,
            NegativePrompt = Inherited(fields, "negative_prompt") ?? usual.NegativePrompt,
            Scheduler = Inherited(fields, "scheduler") ?? usual.Scheduler,
            Noise = fields.OneOf("noise", "cpu", "cuda") switch
            {
                null => usual.Noise,
                "cuda" => NoiseKind.Cuda,
                _ => NoiseKind.Cpu,
            },
            Loras = [.. Loras(fields, usual.LoraScale).Select(lora => new LoraSource(Local(lora.Name), lora.Weight))],
            Variant = fields.OneOf("precision", "fp32", "fp16", "bf16"),
            Vae = fields.Word("vae") is { } vae ? Local(vae) : null,
            ClipSkip = fields.Whole("clip_skip", 1, 12),
        };
        return new StudyModel(
            id,
            new CheckpointSource(
                new GenerateRequest(Path.Exists(local) ? local : checkpoint, [], [], settings)
                {
                    Size =
                        fields.Has("width")
                        || fields.Has("height")
                        || preset is not null
                        || defaults?.Has("width") == true
                            ? size
                            : null,
                    Format = usual.Format,
                }
            ),
            []
        );
    }

    private string Local(string path) => Path.Combine(folder, path) is var local && Path.Exists(local) ? local : path;

    private StudyModel? Served(YamlFields fields, string id, ImageSize size, Backend backend)
    {
        (var server, var kind) = (backend.Server!, backend.Takes!);
        foreach (var needed in kind.Needs.Where(needed => !fields.Has(needed)))
        {
            reading.Fault(fields.Node, $"{id} has no {needed}, which {backend.Name} ({backend.Kind}) needs.");
        }

        T? IfTaken<T>(string name, Func<T?> read) => kind.Fields.Contains(name) || fields.Has(name) ? read() : default;
        var parameters = fields.Json("parameters");
        foreach (var name in (string[])["seed", "prompt", "n", "batch_size", "num_images", "num_outputs"])
        {
            if (parameters.ContainsKey(name))
            {
                fields.Fault(
                    "parameters",
                    $"{name} may not be set here: each call is for one image of the study's own prompt and seed."
                );
            }
        }

        var model = new ServerModel(id)
        {
            Model = fields.Word("model"),
            Checkpoint = fields.Word("checkpoint"),
            Vae = fields.Word("vae"),
            Loras = Loras(fields, 1),
            Width = size.Width,
            Height = size.Height,
            Steps = IfTaken("steps", () => Steps(fields)),
            GuidanceScale = IfTaken("guidance_scale", () => Guidance(fields)),
            NegativePrompt = IfTaken("negative_prompt", () => Inherited(fields, "negative_prompt")),
            Sampler = IfTaken("sampler", () => Inherited(fields, "sampler")),
            Scheduler = IfTaken("scheduler", () => Inherited(fields, "scheduler")),
            Parameters = parameters,
            Settings = fields.Json("settings"),
            Workflow = Workflow(fields),
            PricePerImage = fields.Money("price_per_image"),
            HasNoSeeds = kind.Seeds is null || fields.Text("seed_support") == "none",
            OnBlank = onBlank,
            AsPng = asPng,
        };
        return new StudyModel(
            id,
            new ServerSource(server, model) { IsPaid = kind.IsPaid, SaysSeeds = SaysSeeds(fields) },
            []
        );
    }

    private static SeedWorth? SaysSeeds(YamlFields fields) =>
        fields.Text("seed_support") switch
        {
            "honoured" => SeedWorth.Exact,
            "approximate" => SeedWorth.Near,
            "ignored" => SeedWorth.Ignored,
            _ => null,
        };

    private Workflow? Workflow(YamlFields fields)
    {
        if (fields.Word("workflow") is not { } file)
        {
            return null;
        }

        var inject = new Dictionary<string, WorkflowTarget>();
        foreach (var (name, key, value) in fields.Entries("inject"))
        {
            if (!StudyKeys.Injected.Contains(name))
            {
                var near = NearestName.Of(name, StudyKeys.Injected);
                reading.Fault(
                    key,
                    $"\"{name}\" cannot be injected; {(near is null ? $"it is one of {string.Join(", ", StudyKeys.Injected)}" : $"did you mean \"{near}\"")}{(near is null ? "." : "?")}"
                );
            }
            else if (value is YamlMappingNode map)
            {
                var target = new YamlFields(reading, map, "a place in a workflow", StudyKeys.Inject);
                if (
                    target.Word("input") is not { } input
                    || !(target.Has("node") || target.Has("title") || target.Has("class"))
                )
                {
                    reading.Fault(
                        map,
                        $"inject: {name} takes input, and node, title or class, such as {{ node: \"3\", input: seed }}."
                    );
                    continue;
                }

                inject[name] = new WorkflowTarget(
                    target.Word("node"),
                    target.Word("title"),
                    target.Word("class"),
                    input
                );
            }
            else
            {
                reading.Fault(value, $"inject: {name} takes fields such as {{ node: \"3\", input: seed }}.");
            }
        }

        return new Workflow(Path.Combine(folder, file))
        {
            Inject = inject,
            Set = fields.Json("set"),
            OutputNode = fields.Word("output_node"),
        };
    }

    private List<ServerLora> Loras(YamlFields fields, double usual)
    {
        List<ServerLora> loras = [];
        foreach (var item in fields.List("loras"))
        {
            if (item is YamlScalarNode { Value: { Length: > 0 } name })
            {
                loras.Add(new ServerLora(name, fields.Number("lora_weight") ?? usual));
            }
            else if (item is YamlMappingNode map)
            {
                var lora = new YamlFields(reading, map, "a LoRA", StudyKeys.Lora);
                if (lora.Word("name") is { } named)
                {
                    loras.Add(new ServerLora(named, fields.Number("lora_weight") ?? lora.Number("weight") ?? usual));
                }
                else
                {
                    reading.Fault(map, "A LoRA has no name.");
                }
            }
        }

        return loras;
    }

    private int? Repetitions(YamlFields fields, Backend backend)
    {
        var support = fields.OneOf("seed_support", "honoured", "approximate", "ignored", "none", "probe");
        var count = fields.Whole("repetitions", 1, 1_000_000);
        if (backend.Takes is null)
        {
            foreach (var name in ((string[])["seed_support", "repetitions", "price_per_image"]).Where(fields.Has))
            {
                reading.Fault(fields.At(name), $"{name} is for models on servers.");
            }

            return null;
        }

        var none = support == "none" || backend.Takes.Seeds is null;
        if (none && count is null)
        {
            fields.Fault(
                "seed_support",
                $"{fields.Word("id")} has no seeds; say how many images each prompt gets with repetitions."
            );
        }
        else if (!none && count is not null)
        {
            fields.Fault(
                "repetitions",
                "repetitions take the place of seeds, and this model has some; give seed_support: none, or remove them."
            );
        }

        return none ? count ?? 1 : null;
    }

    private int? Steps(YamlFields fields) =>
        fields.Whole("steps", 1, 10_000) ?? (fields.Has("steps") ? null : defaults?.Whole("steps", 1, 10_000));

    private double? Guidance(YamlFields fields) =>
        fields.Number("guidance_scale") ?? (fields.Has("guidance_scale") ? null : defaults?.Number("guidance_scale"));

    private string? Inherited(YamlFields fields, string name) =>
        fields.Has(name) ? fields.Text(name) : defaults?.Text(name);
}
