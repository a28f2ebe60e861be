using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Semblance.FakeServers;

/// <summary>fal.ai's queue: addresses without the sub-path, 202 while waiting, and answers with a status of their own.</summary>
public sealed class FakeFal : FakeServer
{
    public const string Model = "fal-ai/flux/dev";

    private readonly Lock _one = new();
    private readonly Dictionary<string, (JsonObject Body, int Polls)> _requests = [];
    private readonly Dictionary<string, byte[]> _files = [];

    /// <summary>How often a request is asked for until it is done.</summary>
    public int PollsUntilDone { get; set; } = 2;

    /// <summary>Whether flagged images come black, in place of a refusal.</summary>
    public bool SendsBlack { get; set; }

    /// <summary>What finished requests answer, in place of the image.</summary>
    public (int Status, string Body)? Ends { get; set; }

    protected override bool IsCall(Heard request) => request.Method == "POST";

    protected override bool HasKey(Heard request) =>
        request.Path.StartsWith("/files/", StringComparison.Ordinal)
        || request.Headers.GetValueOrDefault("Authorization") == $"Key {Key}";

    protected override Task AnswerAsync(HttpContext context, Heard request)
    {
        lock (_one)
        {
            if (_files.TryGetValue(request.Path, out var file))
            {
                return BytesAsync(context, file);
            }

            if (request.Method == "POST" && request.Path == $"/{Model}")
            {
                var id = $"r{_requests.Count + 1}";
                _requests[id] = (request.Json, 0);
                return JsonAsync(
                    context,
                    new JsonObject
                    {
                        ["request_id"] = id,
                        ["status"] = "IN_QUEUE",
                        ["status_url"] = $"{Url}fal-ai/flux/requests/{id}/status",
                        ["response_url"] = $"{Url}fal-ai/flux/requests/{id}",
                    }
                );
            }

            var parts = request.Path.Split('/');
            var name = parts.FirstOrDefault(_requests.ContainsKey);
            if (name is null)
            {
                return JsonAsync(context, new JsonObject { ["detail"] = "Request not found" }, 404);
            }

            if (parts[^1] == "status")
            {
                (var body, var polls) = _requests[name];
                _requests[name] = (body, polls + 1);
                return polls + 1 < PollsUntilDone
                    ? JsonAsync(context, new JsonObject { ["status"] = "IN_PROGRESS" }, 202)
                    : JsonAsync(context, new JsonObject { ["status"] = "COMPLETED" });
            }

            return ResultAsync(context, name, _requests[name].Body);
        }
    }

    private Task ResultAsync(HttpContext context, string id, JsonObject body)
    {
        if (Ends is { } ends)
        {
            return JsonAsync(context, JsonNode.Parse(ends.Body), ends.Status);
        }

        var isForbidden = $"{body["prompt"]}".Contains(Forbidden, StringComparison.Ordinal);
        if (isForbidden && !SendsBlack)
        {
            return JsonAsync(
                context,
                new JsonObject
                {
                    ["detail"] = new JsonArray(
                        new JsonObject
                        {
                            ["loc"] = new JsonArray("body", "prompt"),
                            ["msg"] = "The content could not be processed.",
                            ["type"] = "content_policy_violation",
                        }
                    ),
                },
                422
            );
        }

        (var width, var height) = (
            body["image_size"]!["width"]!.GetValue<int>(),
            body["image_size"]!["height"]!.GetValue<int>()
        );
        var seed = body["seed"]?.GetValue<long>() ?? 9;
        _files[$"/files/{id}.png"] = isForbidden
            ? FakePicture.Black(width, height)
            : Picture(Model, $"{body["prompt"]}", seed, width, height);
        return JsonAsync(
            context,
            new JsonObject
            {
                ["images"] = new JsonArray(new JsonObject { ["url"] = $"{Url}files/{id}.png" }),
                ["seed"] = Habits.HasOneSeed ? 42 : seed,
                ["has_nsfw_concepts"] = new JsonArray(isForbidden),
            }
        );
    }
}
