using System.Text.Json.Nodes;
using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>Black Forest Labs: a task with an address of its own to ask at. Moderation is a status, and links live ten minutes.</summary>
internal sealed class BflApi(ServerConnection connection, ServerSettings server, ServerModel model)
    : ServerApi(connection, server, model)
{
    /// <summary>How often "not found" is taken for a task that has not arrived yet.</summary>
    private const int Patience = 10;

    private readonly Dictionary<string, int> _missed = [];

    /// <inheritdoc/>
    public override bool IsPaid => true;

    /// <inheritdoc/>
    public override bool FixesSize => !Model.Parameters.ContainsKey("aspect_ratio");

    /// <inheritdoc/>
    public override async Task<Reply> SubmitAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["prompt"] = call.Prompt,
            ["seed"] = call.Seed,
            ["prompt_upsampling"] = false,
            ["output_format"] = "png",
        };
        if (FixesSize)
        {
            (body["width"], body["height"]) = (Model.Width, Model.Height);
        }

        if (Model.Steps is { } steps)
        {
            body["steps"] = steps;
        }

        if (Model.GuidanceScale is { } scale)
        {
            body["guidance"] = scale;
        }

        var answer = await Connection.SendAsync(
            Post(Connection.At($"/v1/{Model.Model}"), WithParameters(body)) with
            {
                Timeout = TimeSpan.FromSeconds(60),
            },
            cancellationToken
        );
        var task = answer.Object();
        return Text(task["polling_url"]) is { Length: > 0 } url ? new Reply.Taken(url)
            : Text(task["id"]) is { Length: > 0 } id
                ? new Reply.Taken(Connection.At($"/v1/get_result?id={Uri.EscapeDataString(id)}").AbsoluteUri)
            : throw new CallException(CallEnd.Unknown, "took the task and gave no address to ask at");
    }

    /// <inheritdoc/>
    public override async Task<Reply> PollAsync(string job, ImageCall call, CancellationToken cancellationToken)
    {
        // Regions answer under other names of the same company; the key goes nowhere else.
        var address = new Uri(job);
        var isOwn =
            address.Authority == Connection.Base.Authority
            || (
                address.Scheme == "https"
                && address.Host.EndsWith(".bfl.ai", StringComparison.Ordinal)
                && Connection.Base.Host.EndsWith(".bfl.ai", StringComparison.Ordinal)
            );
        if (!isOwn)
        {
            throw new CallException(
                CallEnd.Unknown,
                $"gives an address on another server to ask at ({address.Host}), which is refused"
            );
        }

        var answer = await Connection.SendAsync(
            HttpCall.Get(address) with
            {
                IsTrusted = true,
            },
            cancellationToken,
            refused => refused.Status == 404
        );
        var task = answer.Json as JsonObject ?? [];
        switch (Text(task["status"]))
        {
            case "Ready":
                break;
            case "Pending":
                return new Reply.Waiting();
            case "Request Moderated" or "Content Moderated":
                return new Reply.Filtered(Text(task["status"])!, IsPaid: Text(task["status"]) == "Content Moderated");
            case "Task not found" or null:
                lock (_missed)
                {
                    _missed[job] = _missed.GetValueOrDefault(job) + 1;
                    return _missed[job] > Patience ? new Reply.Lost("no longer knows the task") : new Reply.Waiting();
                }
            default:
                return new Reply.Failed(
                    $"failed: {Connection.Words.Clean(task["details"]?.ToString() ?? Text(task["status"])!)}",
                    IsPaid: false
                );
        }

        if (Text(task["result"]?["sample"]) is not { } sample)
        {
            return new Reply.Failed("finished without an image", IsPaid: true);
        }

        HttpAnswer file;
        try
        {
            file = await Connection.DownloadAsync(new Uri(sample), CancellationToken.None);
        }
        catch (CallException fault) when (fault.End is CallEnd.Server or CallEnd.Image)
        {
            return new Reply.Lost("has let the link to the image expire, as it does after ten minutes");
        }

        return new Reply.Image(file.Body, new Echo { Seed = Whole(task["result"]!["seed"]) });
    }
}
