using Semblance.Painters;
using Semblance.Remote.Settings;
using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Files;

/// <summary>Reads one model of a study file; with a matrix of its own it is several.</summary>
internal sealed class ModelReader(
    YamlReading reading,
    IReadOnlyDictionary<string, Backend> backends,
    ModelSettings settings,
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
        "variant",
        "batch",
    ];

    /// <summary>Painters by the names that a study gives them.</summary>
    public static IReadOnlyDictionary<string, Painter> Painters { get; } =
        new Dictionary<string, Painter> { ["steady"] = Painter.Steady, ["wanderer"] = Painter.Wanderer };

    public IEnumerable<ModelDraft> Read(YamlNode node)
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

    private ModelDraft? ReadOne(string id, YamlFields fields, VariedModel? varied)
    {
        var backend = BackendOf(fields);
        if (backend is null)
        {
            return null;
        }

        CheckFields(fields, backend, id);
        var preset = CheckpointReader.Preset(fields);
        var size = settings.SizeOf(fields, preset);
        var suffix = fields.Word("suffix");
        var model = backend.Kind switch
        {
            BackendReader.Folder => Folder(fields, id),
            BackendReader.Painter => Painted(fields, id),
            BackendReader.Native => new CheckpointReader(reading, settings).Read(fields, id, size, preset),
            _ => new ServedModelReader(reading, settings, onBlank, asPng).Read(fields, id, size, backend),
        };
        var repetitions = ServedModelReader.Repetitions(reading, fields, backend);
        return model is null
            ? null
            : new ModelDraft(
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

        string[] lost = [.. (settings.Defaults?.Names ?? []).Where(name => !taken.Contains(name) && !fields.Has(name))];
        if (lost.Length > 0 && backend.Kind != BackendReader.Folder && backend.Kind != BackendReader.Painter)
        {
            reading.Warnings.Add($"{id}: {called} does not take {string.Join(", ", lost)} of the defaults");
        }
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

        return new StudyModel(id, new FolderSource(Path.Combine(settings.Folder, path)), []);
    }

    private static StudyModel? Painted(YamlFields fields, string id) =>
        fields.OneOf("painter", [.. Painters.Keys]) is { } name
            ? new StudyModel(id, new PainterSource(name), [])
            : null;
}
