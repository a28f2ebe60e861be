using System.Text.Json.Nodes;
using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>
/// <c>/v1/images/generations</c> of OpenAI and Azure, which have no seeds, and of LocalAI, vLLM-Omni, SGLang and
/// stable-diffusion.cpp, each of which takes its own fields beside the common ones.
/// </summary>
internal sealed class OpenAiApi(ServerConnection connection, ServerSettings server, ServerModel model)
    : ServerApi(connection, server, model)
{
    private static readonly string[] FilterCodes =
    [
        "moderation_blocked",
        "content_policy_violation",
        "contentFilter",
        "content_filter",
    ];

    private string Dialect => Server.Dialect ?? "openai";

    private bool IsHosted => Dialect is "openai" or "azure";

    /// <inheritdoc/>
    public override bool IsPaid => IsHosted || Model.PricePerImage is > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts { get; } =
    [new("dialect", server.Dialect ?? "openai")];

    /// <inheritdoc/>
    public override async Task<Reply> SubmitAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var answer = await Connection.SendAsync(
            Post(Address(), Body(call)),
            cancellationToken,
            refused => refused.Status is 400 or 403 && IsFilter(refused)
        );
        if (!answer.IsSuccess)
        {
            return new Reply.Filtered(Connection.Words.Of(answer), IsPaid: false);
        }

        var fields = answer.Object();
        if (fields["data"] is not JsonArray { Count: > 0 } data || data[0] is not JsonObject image)
        {
            // Fewer images than were asked for, and no error: a filter took it.
            return new Reply.Filtered("answered without an image, which means that a filter took it", IsPaid: true);
        }

        var echo = new Echo { RevisedPrompt = Text(image["revised_prompt"]) };
        if (Text(image["b64_json"]) is { Length: > 0 } bytes)
        {
            return new Reply.Image(Base64(bytes), echo);
        }

        if (Text(image["url"]) is not { Length: > 0 } url)
        {
            return new Reply.Filtered("answered with an empty image, which means that a filter took it", IsPaid: true);
        }

        var file = url.StartsWith("data:", StringComparison.Ordinal)
            ? Base64(url)
            : (await Connection.DownloadAsync(new Uri(Connection.Base, url), CancellationToken.None)).Body;
        return new Reply.Image(file, echo);
    }

    private Uri Address()
    {
        // An address that ends in a version, as /v1 or Azure's with its query, is taken as it is.
        var path = Server.Url.AbsolutePath.TrimEnd('/');
        if (Server.Url.Query.Length > 0)
        {
            var builder = new UriBuilder(Server.Url) { Path = $"{path}/images/generations" };
            return builder.Uri;
        }

        return Connection.At(
            path.EndsWith("/v1", StringComparison.Ordinal) ? "/images/generations" : "/v1/images/generations"
        );
    }

    private JsonObject Body(ImageCall call)
    {
        var body = new JsonObject
        {
            ["prompt"] = call.Prompt,
            ["n"] = 1,
            ["size"] = $"{Model.Width}x{Model.Height}",
        };
        void Set(string name, JsonNode? value)
        {
            if (value is not null)
            {
                body[name] = value;
            }
        }

        Set("model", Model.Model);
        var seed = Model.HasNoSeeds ? null : (JsonNode?)call.Seed;
        switch (Dialect)
        {
            case "openai" or "azure":
                Set("output_format", "png");
                break;
            case "localai":
                body["prompt"] = Model.NegativePrompt is { Length: > 0 } negative
                    ? $"{call.Prompt}|{negative}"
                    : call.Prompt;
                Set("seed", seed);
                Set("step", Model.Steps);
                Set("response_format", "b64_json");
                break;
            case "sdcpp":
                // Its route has no seed: what it does not know goes into the prompt, and is taken out there.
                var extra = new JsonObject { ["seed"] = call.Seed };
                if (Model.Steps is { } steps)
                {
                    extra["steps"] = steps;
                }

                if (Model.GuidanceScale is { } scale)
                {
                    extra["cfg_scale"] = scale;
                }

                if (Model.NegativePrompt is { } without)
                {
                    extra["negative_prompt"] = without;
                }

                body["prompt"] = $"{call.Prompt}<sd_cpp_extra_args>{extra.ToJsonString()}</sd_cpp_extra_args>";
                Set("output_format", "png");
                break;
            default:
                Set("seed", seed);
                Set("num_inference_steps", Model.Steps);
                Set("guidance_scale", Model.GuidanceScale);
                Set("negative_prompt", Model.NegativePrompt);
                Set("response_format", "b64_json");
                break;
        }

        return WithParameters(body);
    }

    private static bool IsFilter(HttpAnswer answer) =>
        answer.Json?["error"] is JsonObject error
        && (
            Array.Exists(FilterCodes, code => Text(error["code"]) == code)
            || error["inner_error"]?["content_filter_results"] is not null
        );
}
