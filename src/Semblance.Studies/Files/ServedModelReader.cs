using Semblance.Remote;
using Semblance.Remote.Settings;
using Semblance.Studies.Generating;
using YamlDotNet.RepresentationModel;

namespace Semblance.Studies.Files;

/// <summary>Reads a model on a server.</summary>
internal sealed class ServedModelReader(YamlReading reading, ModelSettings settings, BlankImage onBlank, bool asPng)
{
    public StudyModel? Read(YamlFields fields, string id, ImageSize size, Backend backend)
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
            Loras = settings.Loras(fields, 1),
            Width = size.Width,
            Height = size.Height,
            Steps = IfTaken("steps", () => settings.Steps(fields)),
            GuidanceScale = IfTaken("guidance_scale", () => settings.Guidance(fields)),
            NegativePrompt = IfTaken("negative_prompt", () => settings.Inherited(fields, "negative_prompt")),
            Sampler = IfTaken("sampler", () => settings.Inherited(fields, "sampler")),
            Scheduler = IfTaken("scheduler", () => settings.Inherited(fields, "scheduler")),
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

        return new Workflow(Path.Combine(settings.Folder, file))
        {
            Inject = inject,
            Set = fields.Json("set"),
            OutputNode = fields.Word("output_node"),
        };
    }

    /// <summary>Images a prompt where a model has no seeds; null where it has some.</summary>
    public static int? Repetitions(YamlReading reading, YamlFields fields, Backend backend)
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
}
