using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Semblance.FakeServers;

/// <summary><c>/v1/images/generations</c>, of OpenAI itself or of those who imitate it.</summary>
public sealed class FakeOpenAi : FakeServer
{
    private readonly Dictionary<string, byte[]> _files = [];

    /// <summary>As the client's dialect; decides which fields are known.</summary>
    public string Dialect { get; set; } = "openai";

    /// <summary>Whether images come as addresses of this server.</summary>
    public bool SendsUrls { get; set; }

    /// <summary>Whether a filtered image is an empty list with status 200.</summary>
    public bool FiltersSilently { get; set; }

    protected override bool IsCall(Heard request) => request.Path == "/v1/images/generations";

    protected override bool HasKey(Heard request) =>
        Dialect == "azure" ? request.Headers.GetValueOrDefault("api-key") == Key : base.HasKey(request);

    protected override Task AnswerAsync(HttpContext context, Heard request)
    {
        if (_files.TryGetValue(request.Path, out var file))
        {
            return BytesAsync(context, file);
        }

        if (!IsCall(request))
        {
            return ErrorAsync(context, 404, "Unknown path", "not_found");
        }

        var body = request.Json;
        string[] unknown = Dialect is "openai" or "azure"
            ? ["seed", "response_format", "num_inference_steps", "step"]
            : [];
        if (Array.Find(unknown, body.ContainsKey) is { } odd)
        {
            return ErrorAsync(context, 400, $"Unknown parameter: '{odd}'.", "unknown_parameter");
        }

        var prompt = $"{body["prompt"]}";
        if (prompt.Contains(Forbidden, StringComparison.Ordinal))
        {
            return FiltersSilently
                ? JsonAsync(context, new JsonObject { ["created"] = 1, ["data"] = new JsonArray() })
                : ErrorAsync(context, 400, "Your request was rejected by the safety system.", "moderation_blocked");
        }

        var seed = body["seed"]?.GetValue<long>() ?? Made + 1;
        if (Dialect == "sdcpp")
        {
            (prompt, seed) = Extra(prompt);
        }

        var size = $"{body["size"]}".Split('x');
        var picture = Picture($"{body["model"] ?? "model"}", prompt, seed, int.Parse(size[0]), int.Parse(size[1]));
        var image = new JsonObject();
        if (SendsUrls)
        {
            var path = $"/generated-images/{Made}.png";
            _files[path] = picture;
            image["url"] = path;
        }
        else
        {
            image["b64_json"] = Convert.ToBase64String(picture);
        }

        return JsonAsync(context, new JsonObject { ["created"] = 1, ["data"] = new JsonArray(image) });
    }

    /// <summary>stable-diffusion.cpp takes its own fields out of the prompt; without a seed it is 42.</summary>
    private static (string Prompt, long Seed) Extra(string prompt)
    {
        var start = prompt.IndexOf("<sd_cpp_extra_args>", StringComparison.Ordinal);
        if (start < 0)
        {
            return (prompt, 42);
        }

        var json = prompt[(start + "<sd_cpp_extra_args>".Length)..].Split("</sd_cpp_extra_args>")[0];
        return (prompt[..start], JsonNode.Parse(json)!["seed"]?.GetValue<long>() ?? 42);
    }

    private static Task ErrorAsync(HttpContext context, int status, string message, string code) =>
        JsonAsync(
            context,
            new JsonObject
            {
                ["error"] = new JsonObject
                {
                    ["message"] = message,
                    ["type"] = "error",
                    ["code"] = code,
                },
            },
            status
        );
}
