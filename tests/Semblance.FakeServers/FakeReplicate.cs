using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Semblance.FakeServers;

/// <summary>Replicate: predictions, their outputs at addresses that expire, and a schema of each model's inputs.</summary>
public sealed class FakeReplicate : FakeServer
{
    public const string Model = "lab/flux";

    private readonly Lock _one = new();
    private readonly Dictionary<string, Prediction> _predictions = [];

    /// <summary>Inputs that the model has.</summary>
    public string[] Inputs { get; set; } =
    ["prompt", "seed", "width", "height", "num_outputs", "guidance", "num_inference_steps", "go_fast", "output_format"];

    /// <summary>How often a prediction is asked for until it has ended.</summary>
    public int PollsUntilDone { get; set; } = 2;

    /// <summary>The status that the next prediction ends with, in place of success.</summary>
    public string? NextEnds { get; set; }

    /// <summary>Whether outputs are a text, not a list.</summary>
    public bool SendsText { get; set; }

    /// <summary>Whether flagged images are dropped from the list.</summary>
    public bool DropsFlagged { get; set; }

    /// <summary>Whether predictions of before have lost their data.</summary>
    public bool HasRemovedData { get; set; }

    protected override bool IsCall(Heard request) => request.Method == "POST";

    protected override Task AnswerAsync(HttpContext context, Heard request)
    {
        lock (_one)
        {
            var path = request.Path;
            if (path.StartsWith("/delivery/", StringComparison.Ordinal))
            {
                return BytesAsync(context, _predictions[path.Split('/')[2].Split('.')[0]].Picture!);
            }

            if (path == $"/v1/models/{Model}")
            {
                return JsonAsync(context, new JsonObject { ["latest_version"] = Version("v1") });
            }

            if (path.StartsWith($"/v1/models/{Model}/versions/", StringComparison.Ordinal))
            {
                return JsonAsync(context, Version(path.Split('/')[^1]));
            }

            if (request.Method == "POST" && path is "/v1/predictions" or $"/v1/models/{Model}/predictions")
            {
                return CreateAsync(context, request.Json);
            }

            if (path == "/v1/predictions")
            {
                return JsonAsync(
                    context,
                    new JsonObject
                    {
                        ["results"] = new JsonArray([
                            .. _predictions.Reverse().Select(one => (JsonNode)Json(one.Key, one.Value)),
                        ]),
                    }
                );
            }

            return
                path.StartsWith("/v1/predictions/", StringComparison.Ordinal)
                && _predictions.TryGetValue(path.Split('/')[^1], out var found)
                ? PollAsync(context, path.Split('/')[^1], found)
                : JsonAsync(
                    context,
                    new JsonObject
                    {
                        ["title"] = "Not Found",
                        ["detail"] = "The requested resource could not be found.",
                        ["status"] = 404,
                    },
                    404
                );
        }
    }

    private JsonObject Version(string id) =>
        new()
        {
            ["id"] = id,
            ["openapi_schema"] = new JsonObject
            {
                ["components"] = new JsonObject
                {
                    ["schemas"] = new JsonObject
                    {
                        ["Input"] = new JsonObject
                        {
                            ["properties"] = new JsonObject(
                                Inputs.Select(input => KeyValuePair.Create(input, (JsonNode?)new JsonObject()))
                            ),
                        },
                    },
                },
            },
        };

    private Task CreateAsync(HttpContext context, JsonObject body)
    {
        var input = body["input"]!.AsObject();
        if (input.Select(one => one.Key).FirstOrDefault(name => !Inputs.Contains(name)) is { } odd)
        {
            return JsonAsync(
                context,
                new JsonObject
                {
                    ["title"] = "Input validation failed",
                    ["detail"] = $"- input: Additional property {odd} is not allowed",
                    ["status"] = 422,
                },
                422
            );
        }

        var id = $"p{_predictions.Count + 1}";
        _predictions[id] = new Prediction(input.DeepClone().AsObject(), NextEnds);
        NextEnds = null;
        return JsonAsync(context, Json(id, _predictions[id]), 201);
    }

    private Task PollAsync(HttpContext context, string id, Prediction prediction)
    {
        if (++prediction.Polls >= PollsUntilDone && prediction.Status is "starting" or "processing")
        {
            var isForbidden = $"{prediction.Input["prompt"]}".Contains(Forbidden, StringComparison.Ordinal);
            prediction.Status = prediction.Ends ?? (isForbidden && !DropsFlagged ? "failed" : "succeeded");
            prediction.Error =
                isForbidden ? "NSFW content detected. Try running it again, or try a different prompt."
                : prediction.Ends is "failed" ? "CUDA out of memory (E1001)"
                : null;
            if (prediction.Status == "succeeded" && !isForbidden)
            {
                var side = prediction.Input["width"]?.GetValue<int>() ?? 32;
                prediction.Picture = Picture(
                    Model,
                    $"{prediction.Input["prompt"]}",
                    prediction.Input["seed"]?.GetValue<long>() ?? Made + 1,
                    side,
                    prediction.Input["height"]?.GetValue<int>() ?? side
                );
            }
        }

        return JsonAsync(context, Json(id, prediction));
    }

    private JsonObject Json(string id, Prediction prediction)
    {
        var url = prediction.Picture is null || HasRemovedData ? null : $"{Url}delivery/{id}.png";
        return new JsonObject
        {
            ["id"] = id,
            ["model"] = Model,
            ["input"] = prediction.Input.DeepClone(),
            ["status"] = prediction.Status,
            ["error"] = prediction.Error,
            ["data_removed"] = HasRemovedData,
            ["output"] =
                SendsText ? url
                : url is null ? new JsonArray()
                : new JsonArray(url),
        };
    }

    private sealed class Prediction(JsonObject input, string? ends)
    {
        public JsonObject Input => input;

        public string? Ends => ends;

        public int Polls { get; set; }

        public string Status { get; set; } = "starting";

        public string? Error { get; set; }

        public byte[]? Picture { get; set; }
    }
}
