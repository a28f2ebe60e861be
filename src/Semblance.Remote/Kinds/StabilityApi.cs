using System.Globalization;
using System.Text.Json.Nodes;
using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>Stability AI's <c>v2beta</c>: a form, and the image in the answer. A filtered image comes blurred, and is not kept.</summary>
internal sealed class StabilityApi(ServerConnection connection, ServerSettings server, ServerModel model)
    : ServerApi(connection, server, model)
{
    private static readonly string[] Services = ["ultra", "core", "sd3"];

    /// <inheritdoc/>
    public override bool IsPaid => true;

    /// <inheritdoc/>
    public override bool FixesSize => false;

    /// <inheritdoc/>
    public override async Task<Reply> SubmitAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var fields = Fields(call);
        var service = Array.IndexOf(Services, Model.Model) >= 0 ? Model.Model : "sd3";
        var answer = await Connection.SendAsync(
            new HttpCall(HttpMethod.Post, Connection.At($"/v2beta/stable-image/generate/{service}"))
            {
                Body = () =>
                {
                    var form = new MultipartFormDataContent();
                    foreach (var (name, value) in fields)
                    {
                        form.Add(new StringContent(value), $"\"{name}\"");
                    }

                    return form;
                },
                Accept = "image/*",
                Timeout = Server.Timeout,
                IsPaid = true,
            },
            cancellationToken,
            refused => refused.Status == 403 && Text(refused.Json?["name"]) == "content_moderation"
        );
        if (!answer.IsSuccess)
        {
            return new Reply.Filtered(Connection.Words.Of(answer), IsPaid: false);
        }

        return answer.Header("finish-reason") == "CONTENT_FILTERED"
            ? new Reply.Filtered("filtered the image (CONTENT_FILTERED), and sends it blurred", IsPaid: true)
            : new Reply.Image(
                answer.Body,
                new Echo
                {
                    Seed = long.TryParse(
                        answer.Header("seed"),
                        NumberStyles.None,
                        CultureInfo.InvariantCulture,
                        out var seed
                    )
                        ? seed
                        : null,
                }
            );
    }

    private List<KeyValuePair<string, string>> Fields(ImageCall call)
    {
        var all = new JsonObject
        {
            ["prompt"] = call.Prompt,
            ["seed"] = call.Seed.ToString(CultureInfo.InvariantCulture),
            ["output_format"] = "png",
        };
        if (Model.NegativePrompt is { Length: > 0 } negative)
        {
            all["negative_prompt"] = negative;
        }

        if (Model.GuidanceScale is { } scale)
        {
            all["cfg_scale"] = scale.ToString(CultureInfo.InvariantCulture);
        }

        if (Array.IndexOf(Services, Model.Model) < 0)
        {
            all["model"] = Model.Model;
        }

        return [.. WithParameters(all).Select(field => KeyValuePair.Create(field.Key, field.Value?.ToString() ?? ""))];
    }
}
