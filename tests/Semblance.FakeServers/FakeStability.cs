using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Semblance.FakeServers;

/// <summary>Stability AI: only forms, the seed in a header, and two ways to filter.</summary>
public sealed partial class FakeStability : FakeServer
{
    /// <summary>Whether a filtered image comes blurred with status 200, in place of a refusal.</summary>
    public bool SendsBlurred { get; set; }

    protected override bool IsCall(Heard request) => request.Method == "POST";

    protected override Task AnswerAsync(HttpContext context, Heard request)
    {
        if (
            request
                .Headers.GetValueOrDefault("Content-Type")
                ?.StartsWith("multipart/form-data", StringComparison.Ordinal) != true
        )
        {
            return JsonAsync(
                context,
                new JsonObject
                {
                    ["id"] = "x",
                    ["name"] = "bad_request",
                    ["errors"] = new JsonArray("content-type: must be multipart/form-data"),
                },
                400
            );
        }

        var fields = Field()
            .Matches(request.Body)
            .ToDictionary(field => field.Groups["name"].Value, field => field.Groups["value"].Value);
        (var prompt, var seed) = (fields["prompt"], long.Parse(fields["seed"]));
        var isForbidden = prompt.Contains(Forbidden, StringComparison.Ordinal);
        if (isForbidden && !SendsBlurred)
        {
            return JsonAsync(
                context,
                new JsonObject
                {
                    ["name"] = "content_moderation",
                    ["errors"] = new JsonArray("Your request was flagged by our content moderation system"),
                },
                403
            );
        }

        context.Response.Headers["seed"] = $"{(Habits.HasOneSeed ? 42 : seed)}";
        context.Response.Headers["finish-reason"] = isForbidden ? "CONTENT_FILTERED" : "SUCCESS";
        return BytesAsync(
            context,
            Picture(fields.GetValueOrDefault("model") ?? request.Path.Split('/')[^1], prompt, seed, 32, 32)
        );
    }

    [GeneratedRegex("name=\"(?<name>[^\"]+)\"\r\n\r\n(?<value>[^\r]*)\r\n", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Field();
}
