using System.Text.Json.Nodes;
using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>fal.ai's queue. A job is its two addresses: for models with a sub-path they are not those of the call.</summary>
internal sealed class FalApi(ServerConnection connection, ServerSettings server, ServerModel model)
    : ServerApi(connection, server, model)
{
    /// <inheritdoc/>
    public override bool IsPaid => true;

    /// <inheritdoc/>
    public override bool FixesSize =>
        !Model.Parameters.ContainsKey("image_size") && !Model.Parameters.ContainsKey("aspect_ratio");

    /// <inheritdoc/>
    public override async Task<Reply> SubmitAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["prompt"] = call.Prompt,
            ["num_images"] = 1,
            ["output_format"] = "png",
        };
        if (!Model.HasNoSeeds)
        {
            body["seed"] = call.Seed;
        }

        if (FixesSize)
        {
            body["image_size"] = new JsonObject { ["width"] = Model.Width, ["height"] = Model.Height };
        }

        void Set(string name, JsonNode? value)
        {
            if (value is not null)
            {
                body[name] = value;
            }
        }

        Set("num_inference_steps", Model.Steps);
        Set("guidance_scale", Model.GuidanceScale);
        Set("negative_prompt", Model.NegativePrompt is { Length: > 0 } negative ? negative : null);
        if (Model.Loras.Count > 0)
        {
            body["loras"] = new JsonArray([
                .. Model.Loras.Select(lora =>
                    (JsonNode)new JsonObject { ["path"] = lora.Name, ["scale"] = lora.Weight }
                ),
            ]);
        }

        var answer = await Connection.SendAsync(
            Post(Connection.At($"/{Model.Model}"), WithParameters(body)) with
            {
                Timeout = TimeSpan.FromSeconds(60),
            },
            cancellationToken,
            refused => refused.Status == 422
        );
        if (!answer.IsSuccess)
        {
            return Refusal(answer);
        }

        var job = answer.Object();
        return Text(job["status_url"]) is { } status && Text(job["response_url"]) is { } response
            ? new Reply.Taken($"{status} {response}")
            : throw new CallException(CallEnd.Unknown, "took the request and gave no address to ask at");
    }

    /// <inheritdoc/>
    public override async Task<Reply> PollAsync(string job, ImageCall call, CancellationToken cancellationToken)
    {
        var addresses = job.Split(' ');
        var status = await Connection.SendAsync(
            HttpCall.Get(Own(addresses[0])),
            cancellationToken,
            refused => refused.Status is 404 or 422
        );
        if (status.Status == 404)
        {
            return new Reply.Lost("no longer knows the request");
        }

        var state = status.Object();
        if (Text(state["status"]) is "IN_QUEUE" or "IN_PROGRESS")
        {
            return new Reply.Waiting();
        }

        // Completed does not mean success: the answer has a status of its own.
        var answer = await Connection.SendAsync(
            HttpCall.Get(Own(addresses[1])),
            cancellationToken,
            refused => refused.Status is >= 400 and < 500 and not (401 or 402 or 403 or 408 or 429)
        );
        if (!answer.IsSuccess)
        {
            return Refusal(answer);
        }

        var output = answer.Object();
        if ((Text(state["error"]) ?? Text(output["error"])) is { } fault)
        {
            return new Reply.Failed($"failed: {Connection.Words.Clean(fault)}", IsPaid: false);
        }

        if (output["has_nsfw_concepts"] is JsonArray { Count: > 0 } flags && flags[0]?.ToString() == "true")
        {
            return new Reply.Filtered(
                "flagged the image (has_nsfw_concepts), and sends a black one in its place",
                IsPaid: true
            );
        }

        var url = Text(
            output["images"] is JsonArray { Count: > 0 } images ? images[0]?["url"] : output["image"]?["url"]
        );
        if (url is null)
        {
            return new Reply.Failed("answered without an image", IsPaid: true);
        }

        var bytes = url.StartsWith("data:", StringComparison.Ordinal)
            ? Base64(url)
            : (await Connection.DownloadAsync(new Uri(url), CancellationToken.None)).Body;
        return new Reply.Image(bytes, new Echo { Seed = Whole(output["seed"]) });
    }

    /// <summary>The key goes along, so only the server's own addresses are asked at.</summary>
    private Uri Own(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri.Authority == Connection.Base.Authority
        && uri.Scheme == Connection.Base.Scheme
            ? uri
            : throw new CallException(
                CallEnd.Unknown,
                "gives an address on another server to ask at, which is refused"
            );

    private Reply Refusal(HttpAnswer answer)
    {
        var words = Connection.Words.Of(answer);
        return answer.Text().Contains("content_policy_violation", StringComparison.Ordinal)
            ? new Reply.Filtered(words, IsPaid: false)
            : new Reply.Failed($"refused with {answer.Status}: {words}", IsPaid: false);
    }
}
