using System.Text.Json.Nodes;
using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>stable-diffusion.cpp's own API: a job that is kept for ten minutes after it has ended.</summary>
internal sealed class SdCppApi(ServerConnection connection, ServerSettings server, ServerModel model)
    : ServerApi(connection, server, model)
{
    /// <inheritdoc/>
    public override async Task PrepareAsync(CancellationToken cancellationToken) =>
        await Connection.SendAsync(HttpCall.Get(Connection.At("/sdcpp/v1/capabilities")), cancellationToken);

    /// <inheritdoc/>
    public override Task<Reply> SubmitAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var sampling = new JsonObject();
        Add(sampling, "sample_method", Model.Sampler);
        Add(sampling, "scheduler", Model.Scheduler);
        Add(sampling, "sample_steps", Model.Steps);
        if (Model.GuidanceScale is { } scale)
        {
            sampling["guidance"] = new JsonObject { ["txt_cfg"] = scale };
        }

        var body = new JsonObject
        {
            ["prompt"] = call.Prompt,
            ["negative_prompt"] = Model.NegativePrompt ?? "",
            ["width"] = Model.Width,
            ["height"] = Model.Height,
            ["seed"] = call.Seed,
            ["batch_count"] = 1,
            ["sample_params"] = sampling,
            ["output_format"] = "png",
        };
        if (Model.Loras.Count > 0)
        {
            body["lora"] = new JsonArray([
                .. Model.Loras.Select(lora =>
                    (JsonNode)new JsonObject { ["path"] = lora.Name, ["multiplier"] = lora.Weight }
                ),
            ]);
        }

        return TakeAsync(Connection.At("/sdcpp/v1/img_gen"), WithParameters(body), cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Reply> PollAsync(string job, ImageCall call, CancellationToken cancellationToken)
    {
        var answer = await Connection.SendAsync(
            HttpCall.Get(Connection.At($"/sdcpp/v1/jobs/{Uri.EscapeDataString(job)}")),
            cancellationToken,
            refused => refused.Status is 404 or 410
        );
        if (!answer.IsSuccess)
        {
            return new Reply.Lost(
                answer.Status == 410
                    ? "has deleted the image, as it does after ten minutes"
                    : "no longer knows the job, as after a restart"
            );
        }

        var state = answer.Object();
        switch (Text(state["status"]))
        {
            case "queued" or "generating":
                return new Reply.Waiting();
            case "completed" when Text(JsonPointer.Find(state, "/result/images/0/b64_json")) is { } image:
                return new Reply.Image(Base64(image), Echo.None);
            case "completed":
                return new Reply.Failed("finished without an image", IsPaid: false);
            case "cancelled":
                return new Reply.Failed("cancelled the job", IsPaid: false);
            default:
                return new Reply.Failed($"failed: {Connection.Words.Of(answer)}", IsPaid: false);
        }
    }

    private static void Add(JsonObject body, string name, JsonNode? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }
}
