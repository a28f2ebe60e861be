using System.Text.Json.Nodes;
using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>Google's Gemini API: an image is a part of an answer; where there is none, the reason to finish says why. Seeds are best effort.</summary>
internal sealed class GeminiApi(ServerConnection connection, ServerSettings server, ServerModel model)
    : ServerApi(connection, server, model)
{
    private static readonly string[] Filters =
    [
        "IMAGE_SAFETY",
        "PROHIBITED_CONTENT",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
        "SAFETY",
        "BLOCKLIST",
        "RECITATION",
    ];

    /// <inheritdoc/>
    public override bool IsPaid => true;

    /// <inheritdoc/>
    public override bool FixesSize => false;

    /// <inheritdoc/>
    public override async Task<Reply> SubmitAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var config = new JsonObject { ["responseModalities"] = new JsonArray("IMAGE") };
        if (!Model.HasNoSeeds)
        {
            config["seed"] = call.Seed;
        }

        var body = new JsonObject
        {
            ["contents"] = new JsonArray(
                new JsonObject { ["parts"] = new JsonArray(new JsonObject { ["text"] = call.Prompt }) }
            ),
            ["generationConfig"] = WithParameters(config),
        };
        var answer = await Connection.SendAsync(
            Post(Connection.At($"/v1beta/models/{Model.Model}:generateContent"), body),
            cancellationToken
        );
        var fields = answer.Object();
        var image = (JsonPointer.Find(fields, "/candidates/0/content/parts") as JsonArray ?? [])
            .OfType<JsonObject>()
            .Select(part => Text(part["inlineData"]?["data"]))
            .FirstOrDefault(data => data is not null);
        if (image is not null)
        {
            return new Reply.Image(Base64(image), Echo.None);
        }

        var reason =
            Text(fields["promptFeedback"]?["blockReason"])
            ?? Text(JsonPointer.Find(fields, "/candidates/0/finishReason"))
            ?? "no reason given";
        return Text(fields["promptFeedback"]?["blockReason"]) is not null || Array.IndexOf(Filters, reason) >= 0
            ? new Reply.Filtered($"gave no image ({reason})", IsPaid: false)
            : new Reply.Failed($"gave no image ({reason})", IsPaid: true);
    }
}
