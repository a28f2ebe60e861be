using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Semblance.FakeServers;

/// <summary>A home-made server, as that of xDiT: one POST, and base64 in the answer; <c>/raw</c> answers with the bytes.</summary>
public sealed class FakeHttp : FakeServer
{
    /// <summary>Model of all pictures.</summary>
    public const string Model = "home-made";

    /// <summary>What the answer says of the seed, in place of the one that was used.</summary>
    public long? SaysSeed { get; set; }

    protected override bool IsCall(Heard request) => request.Method == "POST";

    protected override Task AnswerAsync(HttpContext context, Heard request)
    {
        if (!IsCall(request))
        {
            return JsonAsync(context, new JsonObject { ["detail"] = "Not Found" }, 404);
        }

        var body = request.Json;
        var prompt = $"{body["prompt"]}";
        if (prompt.Contains(Forbidden, StringComparison.Ordinal))
        {
            return JsonAsync(
                context,
                new JsonObject { ["problem"] = new JsonObject { ["text"] = "not allowed here" } }
            );
        }

        var seed = body["seed"]?.GetValue<long>() ?? 42;
        var picture = Picture(Model, prompt, seed, body["width"]!.GetValue<int>(), body["height"]!.GetValue<int>());
        return request.Path == "/raw"
            ? BytesAsync(context, picture)
            : JsonAsync(
                context,
                new JsonObject
                {
                    ["output"] = Convert.ToBase64String(picture),
                    ["meta"] = new JsonObject { ["seed"] = SaysSeed ?? seed },
                }
            );
    }
}
