using System.Text.Json.Nodes;
using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>
/// Replicate: a prediction is made and asked for until it ends. What a model calls its inputs is read from its schema before
/// anything is paid. Outputs live for an hour.
/// </summary>
internal sealed class ReplicateApi(ServerConnection connection, ServerSettings server, ServerModel model)
    : ServerApi(connection, server, model)
{
    private readonly string _name = model.Model!.Split('@')[0];
    private readonly string? _version = model.Model!.Contains('@', StringComparison.Ordinal)
        ? model.Model.Split('@')[1]
        : null;
    private readonly List<KeyValuePair<string, string>> _facts = [];
    private JsonObject _inputs = [];

    /// <inheritdoc/>
    public override bool IsPaid => true;

    /// <inheritdoc/>
    public override TimeSpan PollEvery => TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override bool FixesSize =>
        _inputs.ContainsKey("width") && _inputs.ContainsKey("height") && !Model.Parameters.ContainsKey("aspect_ratio");

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts => _facts;

    /// <inheritdoc/>
    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var path = _version is null ? $"/v1/models/{_name}" : $"/v1/models/{_name}/versions/{_version}";
        var answer = await Connection.SendAsync(
            HttpCall.Get(Connection.At(path)),
            cancellationToken,
            refused => refused.Status == 404
        );
        if (!answer.IsSuccess)
        {
            throw new CallException(
                CallEnd.Model,
                $"has no model {Model.Model}; write owner/name, or owner/name@version with the 64 digits of a version"
            );
        }

        var version = _version is null ? answer.Object()["latest_version"] : answer.Object();
        _facts.Clear();
        if (Text(version?["id"]) is { } id)
        {
            _facts.Add(new("replicate_version", id));
        }

        _inputs = JsonPointer.Find(version, "/openapi_schema/components/schemas/Input/properties") as JsonObject ?? [];
        if (_inputs.Count > 0 && !Model.HasNoSeeds && !_inputs.ContainsKey("seed"))
        {
            throw new CallException(
                CallEnd.Model,
                $"has no seed among the inputs of {_name}; give the model seed_support: none and repetitions"
            );
        }

        if (
            _inputs.Count > 0
            && Model.Parameters.Select(parameter => parameter.Key).FirstOrDefault(name => !_inputs.ContainsKey(name))
                is { } unknown
        )
        {
            throw new CallException(
                CallEnd.Model,
                $"has no input {unknown} of {_name}; it has {string.Join(", ", _inputs.Select(input => input.Key))}"
            );
        }
    }

    /// <inheritdoc/>
    public override Task<Reply> SubmitAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["input"] = InputOf(call) };
        if (_version is not null)
        {
            body["version"] = _version;
        }

        var path = _version is null ? $"/v1/models/{_name}/predictions" : "/v1/predictions";
        return TakeAsync(Connection.At(path), body, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Reply> PollAsync(string job, ImageCall call, CancellationToken cancellationToken)
    {
        var answer = await Connection.SendAsync(
            HttpCall.Get(Connection.At($"/v1/predictions/{Uri.EscapeDataString(job)}")),
            cancellationToken,
            refused => refused.Status == 404
        );
        if (!answer.IsSuccess)
        {
            return new Reply.Lost("no longer knows the prediction");
        }

        var prediction = answer.Object();
        var words = Connection.Words.Clean(Text(prediction["error"]) ?? "without a reason");
        switch (Text(prediction["status"]))
        {
            case "starting" or "processing":
                return new Reply.Waiting();
            case "succeeded":
                break;
            case "aborted":
                return new Reply.Failed("gave the prediction up before it began", IsPaid: false);
            case "canceled":
                return new Reply.Failed("cancelled the prediction", IsPaid: true);
            default:
                return words.Contains("NSFW", StringComparison.OrdinalIgnoreCase)
                    ? new Reply.Filtered(words, IsPaid: true)
                    : new Reply.Failed($"failed: {words}", IsPaid: true);
        }

        if (prediction["data_removed"]?.ToString() == "true")
        {
            return new Reply.Lost("has deleted the image, as it does after an hour");
        }

        // By model a text, or a list from which flagged images are missing.
        var output = prediction["output"] is JsonArray list
            ? (list.Count > 0 ? Text(list[0]) : null)
            : Text(prediction["output"]);
        if (output is null)
        {
            return new Reply.Filtered("answered without an image, which means that a filter took it", IsPaid: true);
        }

        var bytes = output.StartsWith("data:", StringComparison.Ordinal)
            ? Base64(output)
            : (await Connection.DownloadAsync(new Uri(output), CancellationToken.None)).Body;
        return new Reply.Image(bytes, Echo.None);
    }

    /// <summary>A prediction whose answer was lost is among the latest.</summary>
    public override async Task<string?> FindAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var answer = await Connection.SendAsync(HttpCall.Get(Connection.At("/v1/predictions")), cancellationToken);
        return (answer.Object()["results"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .Where(one =>
                one["input"] is JsonObject input
                && Text(input["prompt"]) == call.Prompt
                && (Model.HasNoSeeds || Whole(input["seed"]) == call.Seed)
            )
            .Where(one => Text(one["model"]) is null || Text(one["model"]) == _name)
            .Select(one => Text(one["id"]))
            .FirstOrDefault(id => id is not null);
    }

    private JsonObject InputOf(ImageCall call)
    {
        var input = new JsonObject { ["prompt"] = call.Prompt };
        void Set(JsonNode? value, params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (value is not null && (_inputs.Count == 0 || _inputs.ContainsKey(name)))
                {
                    input[name] = value;
                    return;
                }
            }

            if (value is not null)
            {
                throw new CallException(
                    CallEnd.Model,
                    $"has no input {names[0]} of {_name}; leave it out, or give what the model has as parameters"
                );
            }
        }

        if (!Model.HasNoSeeds)
        {
            input["seed"] = call.Seed;
        }

        Set(Model.Steps, "num_inference_steps", "steps");
        Set(Model.GuidanceScale, "guidance_scale", "guidance");
        Set(Model.NegativePrompt is { Length: > 0 } negative ? negative : null, "negative_prompt");
        Set(Model.Scheduler, "scheduler");
        if (FixesSize)
        {
            (input["width"], input["height"]) = (Model.Width, Model.Height);
        }

        foreach (
            var (name, value) in (ReadOnlySpan<(string, JsonNode)>)
                [("num_outputs", 1), ("output_format", "png"), ("go_fast", false), ("apply_watermark", false)]
        )
        {
            if (_inputs.ContainsKey(name))
            {
                input[name] = value;
            }
        }

        return WithParameters(input);
    }
}
