using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Semblance.FakeServers;

/// <summary>Google's Gemini API: an image is one of the parts, and where there is none there is a reason.</summary>
public sealed class FakeGemini : FakeServer
{
    public const string Model = "gemini-image";

    /// <summary>The reason of the next answer without an image.</summary>
    public string? NextReason { get; set; }

    protected override bool IsCall(Heard request) => request.Method == "POST";

    protected override bool HasKey(Heard request) => request.Headers.GetValueOrDefault("x-goog-api-key") == Key;

    protected override Task AnswerAsync(HttpContext context, Heard request)
    {
        var body = request.Json;
        var prompt = $"{body["contents"]![0]!["parts"]![0]!["text"]}";
        var reason = NextReason ?? (prompt.Contains(Forbidden, StringComparison.Ordinal) ? "IMAGE_SAFETY" : null);
        NextReason = null;
        var parts = new JsonArray(new JsonObject { ["text"] = "Here you are." });
        if (reason is null)
        {
            var seed = body["generationConfig"]!["seed"]?.GetValue<long>() ?? Made + 1;
            parts.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["inlineData"] = new JsonObject
                        {
                            ["mimeType"] = "image/png",
                            ["data"] = Convert.ToBase64String(Picture(Model, prompt, seed, 32, 32)),
                        },
                    }
            );
        }

        return JsonAsync(
            context,
            new JsonObject
            {
                ["candidates"] = new JsonArray(
                    new JsonObject
                    {
                        ["content"] = new JsonObject { ["parts"] = parts },
                        ["finishReason"] = reason ?? "STOP",
                    }
                ),
            }
        );
    }
}
