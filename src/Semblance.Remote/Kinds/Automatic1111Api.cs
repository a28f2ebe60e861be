using System.Text.Json;
using System.Text.Json.Nodes;
using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>
/// AUTOMATIC1111's <c>/sdapi/v1/txt2img</c>, and those who speak it with differences: Forge and reForge (as A1111), SD.Next,
/// stable-diffusion.cpp and Draw Things.
/// </summary>
internal sealed class Automatic1111Api(ServerConnection connection, ServerSettings server, ServerModel model)
    : ServerApi(connection, server, model)
{
    private const string Automatic = "Automatic";

    private readonly List<KeyValuePair<string, string>> _facts = [];
    private string? _sampler = model.Sampler;
    private string? _scheduler = model.Scheduler;
    private string? _checkpointTitle;
    private string? _checkpointName;

    private bool IsDrawThings => Server.Dialect == "draw-things";

    private bool IsSdCpp => Server.Dialect == "sdcpp";

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts => _facts;

    /// <inheritdoc/>
    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (IsDrawThings)
        {
            var window = (await GetAsync("/", cancellationToken)) as JsonObject;
            if (window?["seed_mode"] is null)
            {
                throw new CallException(
                    CallEnd.Server,
                    "does not answer as Draw Things does; check that its HTTP API server is switched on"
                );
            }

            foreach (var name in (string[])["model", "sampler", "seed_mode", "shift", "steps", "guidance_scale"])
            {
                if (window[name] is { } value)
                {
                    _facts.Add(new($"server_{name}", value.ToString()));
                }
            }

            return;
        }

        var samplers = await GetAsync("/sdapi/v1/samplers", cancellationToken) as JsonArray ?? [];
        if (_sampler is not null)
        {
            (_sampler, _scheduler) = await ResolveAsync(samplers, _sampler, _scheduler, cancellationToken);
        }

        await FindCheckpointAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Reply> SubmitAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var body = IsDrawThings ? DrawThingsBody(call) : Body(call);
        var answer = (
            await Connection.SendAsync(Post(Connection.At("/sdapi/v1/txt2img"), body), cancellationToken)
        ).Object();
        if (answer["images"] is not JsonArray { Count: > 0 } images)
        {
            return new Reply.Failed(
                Connection.Words.Clean(Text(answer["error"]) ?? "answered without an image: is a model loaded?"),
                IsPaid: false
            );
        }

        var info = Info(answer);
        var index = (int)Math.Clamp(Whole(info?["index_of_first_image"]) ?? 0, 0, images.Count - 1);
        var bytes = Base64(Text(images[index]) ?? "");
        return new Reply.Image(bytes, info is null ? Echo.None : EchoOf(info));
    }

    private JsonObject Body(ImageCall call)
    {
        var settings = new JsonObject();
        if (!IsSdCpp)
        {
            settings["samples_format"] = "png";
        }

        foreach (var (name, value) in Model.Settings)
        {
            settings[name] = value?.DeepClone();
        }

        if (_checkpointTitle is not null)
        {
            settings["sd_model_checkpoint"] = _checkpointTitle;
        }

        if (Model.Vae is { } vae)
        {
            settings["sd_vae"] = vae.Equals("automatic", StringComparison.OrdinalIgnoreCase) ? Automatic : vae;
        }

        var tags = IsSdCpp
            ? ""
            : string.Concat(Model.Loras.Select(lora => $" <lora:{lora.Name}:{JsonSerializer.Serialize(lora.Weight)}>"));
        var body = new JsonObject
        {
            ["prompt"] = call.Prompt + tags,
            ["negative_prompt"] = Model.NegativePrompt ?? "",
            ["seed"] = call.Seed,
            ["subseed_strength"] = 0,
            ["width"] = Model.Width,
            ["height"] = Model.Height,
            ["batch_size"] = 1,
            ["n_iter"] = 1,
            ["enable_hr"] = false,
            ["restore_faces"] = false,
            ["tiling"] = false,
            ["send_images"] = true,
            ["save_images"] = false,
        };
        Set(body, "steps", Model.Steps);
        Set(body, "cfg_scale", Model.GuidanceScale);
        Set(body, "sampler_name", _sampler);
        Set(body, "scheduler", _scheduler);
        if (settings.Count > 0)
        {
            body["override_settings"] = settings;
            // Going back would load the other checkpoint again after every image.
            body["override_settings_restore_afterwards"] = false;
        }

        if (IsSdCpp && Model.Loras.Count > 0)
        {
            body["lora"] = Loras("path", "multiplier");
        }

        return WithParameters(body);
    }

    /// <summary>Draw Things refuses what it does not know, and takes from its window what is not sent.</summary>
    private JsonObject DrawThingsBody(ImageCall call)
    {
        var body = new JsonObject
        {
            ["prompt"] = call.Prompt,
            ["negative_prompt"] = Model.NegativePrompt ?? "",
            ["seed"] = call.Seed,
            ["width"] = Model.Width,
            ["height"] = Model.Height,
            ["batch_count"] = 1,
            ["batch_size"] = 1,
        };
        Set(body, "model", Model.Checkpoint);
        Set(body, "steps", Model.Steps);
        Set(body, "guidance_scale", Model.GuidanceScale);
        Set(body, "sampler", Model.Sampler);
        if (Model.Loras.Count > 0)
        {
            body["loras"] = Loras("file", "weight");
        }

        return WithParameters(body);
    }

    private JsonArray Loras(string file, string weight) =>
        new([.. Model.Loras.Select(lora => (JsonNode)new JsonObject { [file] = lora.Name, [weight] = lora.Weight })]);

    private static void Set(JsonObject body, string name, JsonNode? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }

    private static JsonObject? Info(JsonObject answer)
    {
        try
        {
            return Text(answer["info"]) is { Length: > 0 } text ? JsonNode.Parse(text) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Echo EchoOf(JsonObject info)
    {
        var seed = Whole(info["all_seeds"] is JsonArray { Count: > 0 } all ? all[0] : info["seed"]);
        return new Echo
        {
            Seed = seed,
            Difference =
                OtherThan("sampler", _sampler, IsSdCpp ? null : Text(info["sampler_name"]))
                ?? OtherThan("checkpoint", _checkpointName, Text(info["sd_model_name"]))
                ?? OtherThan("number of steps", Model.Steps?.ToString(), Whole(info["steps"])?.ToString())
                ?? LostLora(info),
        };
    }

    /// <summary>The server names the hashes of the LoRAs that it applied; a missing file is only logged.</summary>
    private string? LostLora(JsonObject info)
    {
        if (IsSdCpp || Model.Loras.Count == 0 || info["extra_generation_params"] is not JsonObject extra)
        {
            return null;
        }

        var applied = extra["Lora hashes"]?.ToString() ?? "";
        return
            Model.Loras.FirstOrDefault(lora => !applied.Contains(lora.Name, StringComparison.OrdinalIgnoreCase))
                is { } lost
            ? $"did not apply the LoRA {lost.Name}"
            : null;
    }

    private static string? OtherThan(string what, string? asked, string? used) =>
        asked is null || used is null || asked.Equals(used, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"used the {what} {used}, and {asked} was asked for";

    /// <summary>The server's own names of sampler and scheduler: it takes what it does not know for another one.</summary>
    private async Task<(string Sampler, string? Scheduler)> ResolveAsync(
        JsonArray samplers,
        string sampler,
        string? scheduler,
        CancellationToken cancellationToken
    )
    {
        var names = samplers
            .OfType<JsonObject>()
            .Select(one => (Name: Text(one["name"]) ?? "", Aliases: one["aliases"] as JsonArray))
            .ToArray();
        var found = names
            .FirstOrDefault(one =>
                Same(one.Name, sampler) || one.Aliases?.Any(alias => Same(Text(alias), sampler)) == true
            )
            .Name;
        if (found is null)
        {
            throw new CallException(
                CallEnd.Model,
                $"has no sampler \"{sampler}\"; it has {string.Join(", ", names.Select(one => one.Name))}"
            );
        }

        if (scheduler is null)
        {
            return (found, null);
        }

        // Servers before 1.9 have no schedulers apart from the samplers.
        var schedulers = await GetAsync("/sdapi/v1/schedulers", cancellationToken, mayLack: true) as JsonArray;
        if (schedulers is null)
        {
            var joined = names.FirstOrDefault(one => Same(one.Name, $"{sampler} {scheduler}")).Name;
            return joined is not null
                ? (joined, null)
                : throw new CallException(
                    CallEnd.Model,
                    $"has no schedulers of their own (a version before 1.9), and no sampler \"{sampler} {scheduler}\""
                );
        }

        string[] labels =
        [
            .. schedulers.OfType<JsonObject>().Select(one => Text(one["label"]) ?? Text(one["name"]) ?? ""),
        ];
        return
            schedulers
                .OfType<JsonObject>()
                .FirstOrDefault(one => Same(Text(one["name"]), scheduler) || Same(Text(one["label"]), scheduler))
                is { } known
            ? (found, Text(known["label"]) ?? Text(known["name"]))
            : throw new CallException(
                CallEnd.Model,
                $"has no scheduler \"{scheduler}\"; it has {string.Join(", ", labels)}"
            );
    }

    private async Task FindCheckpointAsync(CancellationToken cancellationToken)
    {
        var models = await GetAsync("/sdapi/v1/sd-models", cancellationToken) as JsonArray ?? [];
        var wanted = Model.Checkpoint;
        if (wanted is null)
        {
            var options = await GetAsync("/sdapi/v1/options", cancellationToken) as JsonObject;
            wanted = Text(options?["sd_model_checkpoint"]);
            if (wanted is null)
            {
                return;
            }
        }

        var found = models
            .OfType<JsonObject>()
            .FirstOrDefault(one =>
                Same(Text(one["title"]), wanted)
                || Same(Text(one["model_name"]), wanted)
                || Same(Text(one["model_name"]), Path.GetFileNameWithoutExtension(wanted))
                || Same(Path.GetFileName(Text(one["filename"])?.Replace('\\', '/')), wanted)
            );
        if (found is null)
        {
            if (Model.Checkpoint is null || IsSdCpp)
            {
                return;
            }

            var names = string.Join(", ", models.OfType<JsonObject>().Select(one => Text(one["model_name"])).Take(20));
            throw new CallException(CallEnd.Model, $"has no checkpoint \"{wanted}\"; it has {names}");
        }

        _facts.Add(new("checkpoint", Text(found["model_name"]) ?? wanted));
        // stable-diffusion.cpp gives eights in place of hashes.
        if (Text(found["sha256"]) is { Length: 64 } hash && hash.Distinct().Skip(1).Any())
        {
            _facts.Add(new("checkpoint_sha256", hash));
        }

        if (Model.Checkpoint is not null && !IsSdCpp)
        {
            _checkpointTitle = Text(found["title"]) ?? wanted;
            _checkpointName = Text(found["model_name"]);
        }
    }

    private async Task<JsonNode?> GetAsync(string path, CancellationToken cancellationToken, bool mayLack = false)
    {
        var answer = await Connection.SendAsync(
            HttpCall.Get(Connection.At(path)),
            cancellationToken,
            refused => refused.Status == 404
        );
        return answer.IsSuccess || mayLack
            ? answer.IsSuccess
                ? answer.Json
                : null
            : throw new CallException(
                CallEnd.Server,
                $"has no API at {Connection.At(path)} (404); start it with the API switched on (A1111 and Forge take the flag \"api\")"
            );
    }

    private static bool Same(string? one, string? other) =>
        one is not null && one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
