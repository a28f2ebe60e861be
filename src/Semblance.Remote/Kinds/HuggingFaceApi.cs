using System.Text.Json.Nodes;
using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>
/// Hugging Face: an inference endpoint of one's own (<c>endpoint</c>), or one provider behind the router. The provider is
/// pinned: the router's own choice may change between two calls.
/// </summary>
internal sealed class HuggingFaceApi(ServerConnection connection, ServerSettings server, ServerModel model)
    : ServerApi(connection, server, model)
{
    private string Dialect => Server.Dialect ?? "endpoint";

    /// <inheritdoc/>
    public override bool IsPaid => Dialect != "endpoint" || Model.PricePerImage is > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts { get; } =
    [new("provider", server.Dialect ?? "endpoint")];

    /// <inheritdoc/>
    public override async Task<Reply> SubmitAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var isOpenAi = Dialect is "together" or "nscale";
        var address = Dialect switch
        {
            "endpoint" => Server.Url,
            "hf-inference" => Connection.At($"/hf-inference/models/{Model.Model}"),
            _ => Connection.At($"/{Dialect}/v1/images/generations"),
        };
        var answer = await Connection.SendAsync(
            Post(address, isOpenAi ? OpenAiBody(call) : ToolkitBody(call)) with
            {
                Accept = isOpenAi ? "application/json" : "image/png",
            },
            cancellationToken
        );
        if (answer.Json is not JsonObject fields)
        {
            return new Reply.Image(answer.Body, Echo.None);
        }

        // A provider may say what went wrong with status 200.
        var base64 = Text(JsonPointer.Find(fields, "/data/0/b64_json"));
        return base64 is not null
            ? new Reply.Image(Base64(base64), Echo.None)
            : new Reply.Failed($"answered without an image: {Connection.Words.Of(answer)}", IsPaid: true);
    }

    private JsonObject ToolkitBody(ImageCall call)
    {
        var parameters = new JsonObject { ["width"] = Model.Width, ["height"] = Model.Height };
        Add(parameters, "seed", Model.HasNoSeeds ? null : (JsonNode?)call.Seed);
        Add(parameters, "num_inference_steps", Model.Steps);
        Add(parameters, "guidance_scale", Model.GuidanceScale);
        Add(parameters, "negative_prompt", Model.NegativePrompt);
        Add(parameters, "scheduler", Model.Scheduler);
        return new JsonObject { ["inputs"] = call.Prompt, ["parameters"] = WithParameters(parameters) };
    }

    private JsonObject OpenAiBody(ImageCall call)
    {
        var body = new JsonObject
        {
            ["prompt"] = call.Prompt,
            ["model"] = Model.Model,
            ["response_format"] = Dialect == "together" ? "base64" : "b64_json",
        };
        if (Dialect == "together")
        {
            (body["width"], body["height"]) = (Model.Width, Model.Height);
            Add(body, "steps", Model.Steps);
        }
        else
        {
            body["size"] = $"{Model.Width}x{Model.Height}";
        }

        Add(body, "seed", Model.HasNoSeeds ? null : (JsonNode?)call.Seed);
        return WithParameters(body);
    }

    private static void Add(JsonObject body, string name, JsonNode? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }
}
