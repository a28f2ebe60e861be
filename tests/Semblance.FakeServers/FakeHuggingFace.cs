using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Semblance.FakeServers;

/// <summary>A Hugging Face endpoint (bytes at <c>/</c>), and the router with hf-inference, Together and Nscale behind it.</summary>
public sealed class FakeHuggingFace : FakeServer
{
    public const string Model = "org/flux";

    protected override bool IsCall(Heard request) => request.Method == "POST";

    protected override Task AnswerAsync(HttpContext context, Heard request)
    {
        var body = request.Json;
        if (request.Path.EndsWith("/v1/images/generations", StringComparison.Ordinal))
        {
            var size = $"{body["size"]}".Split('x');
            var width = body["width"]?.GetValue<int>() ?? int.Parse(size[0]);
            return JsonAsync(
                context,
                new JsonObject
                {
                    ["data"] = new JsonArray(
                        new JsonObject
                        {
                            ["b64_json"] = Convert.ToBase64String(
                                Picture(
                                    Model,
                                    $"{body["prompt"]}",
                                    Seed(body),
                                    width,
                                    body["height"]?.GetValue<int>() ?? int.Parse(size[^1])
                                )
                            ),
                        }
                    ),
                }
            );
        }

        var parameters = body["parameters"]?.AsObject() ?? [];
        (var w, var h) = (parameters["width"]!.GetValue<int>(), parameters["height"]!.GetValue<int>());
        if (w != h)
        {
            return JsonAsync(context, new JsonObject { ["error"] = "Both width and height should be provided" }, 400);
        }

        return $"{body["inputs"]}".Contains(Forbidden, StringComparison.Ordinal)
            ? JsonAsync(context, new JsonObject { ["error"] = "The provider refused" })
            : BytesAsync(context, Picture(Model, $"{body["inputs"]}", Seed(parameters), w, h));
    }

    private static long Seed(JsonObject fields) => fields["seed"]?.GetValue<long>() ?? 42;
}
