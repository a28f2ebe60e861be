using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Semblance.Remote.Connecting;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Kinds;

/// <summary>Any server that takes one request and answers with one image: the study says how (<see cref="HttpTemplate"/>).</summary>
internal sealed class HttpApi(ServerConnection connection, ServerSettings server, ServerModel model)
    : ServerApi(connection, server, model)
{
    private readonly HttpTemplate _template = server.Template!;

    /// <inheritdoc/>
    public override bool IsPaid => Model.PricePerImage is > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Facts =>
        [new("request_sha256", Hash($"{_template.Method} {Server.Url} {_template.Body?.ToJsonString()}"))];

    /// <inheritdoc/>
    public override bool FixesSize =>
        _template.Body?.ToJsonString().Contains("{width}", StringComparison.Ordinal) == true;

    /// <inheritdoc/>
    public override async Task<Reply> SubmitAsync(ImageCall call, CancellationToken cancellationToken)
    {
        var values = Values(call);
        var body = _template.Body?.DeepClone();
        if (body is JsonObject fields)
        {
            body = WithParameters(fields);
        }

        var address = new Uri(Fill(Server.Url.OriginalString, values, Uri.EscapeDataString));
        var request = body is null
            ? new HttpCall(new HttpMethod(_template.Method), address) { Timeout = Server.Timeout, IsPaid = IsPaid }
            : Post(address, Fill(body, values)!) with
            {
                Method = new HttpMethod(_template.Method),
            };
        var answer = await Connection.SendAsync(
            request with
            {
                Accept = "image/*, application/json",
            },
            cancellationToken
        );
        if (_template.Error is { } place && JsonPointer.Find(answer.Json, place) is { } fault)
        {
            return new Reply.Failed(Connection.Words.Clean(fault.ToString()), IsPaid: false);
        }

        var echo = new Echo { Seed = _template.EchoedSeed is { } at ? Whole(JsonPointer.Find(answer.Json, at)) : null };
        if (_template.Result == "body")
        {
            return new Reply.Image(answer.Body, echo);
        }

        var result =
            Text(JsonPointer.Find(answer.Object(), _template.Result))
            ?? throw new CallException(CallEnd.Image, $"answered without an image at {_template.Result}{Said(answer)}");
        return new Reply.Image(await BytesAsync(result), echo);
    }

    private async Task<byte[]> BytesAsync(string result)
    {
        if (
            result.StartsWith("http://", StringComparison.Ordinal)
            || result.StartsWith("https://", StringComparison.Ordinal)
        )
        {
            return (await Connection.DownloadAsync(new Uri(result), CancellationToken.None)).Body;
        }

        return result.StartsWith('/') && result.Length < 1000
            ? (await Connection.DownloadAsync(new Uri(Server.Url, result), CancellationToken.None)).Body
            : Base64(result);
    }

    private string Said(HttpAnswer answer) => Connection.Words.Of(answer) is { Length: > 0 } words ? $": {words}" : "";

    private Dictionary<string, JsonNode?> Values(ImageCall call) =>
        new()
        {
            ["{prompt}"] = call.Prompt,
            ["{negative_prompt}"] = Model.NegativePrompt ?? "",
            ["{seed}"] = call.Seed,
            ["{width}"] = Model.Width,
            ["{height}"] = Model.Height,
            ["{steps}"] = Model.Steps,
            ["{guidance_scale}"] = Model.GuidanceScale,
            ["{model}"] = Model.Model ?? Model.Id,
        };

    /// <summary>A text that is one placeholder becomes the value itself; within a longer text, its digits or letters.</summary>
    private static JsonNode? Fill(JsonNode? node, Dictionary<string, JsonNode?> values)
    {
        switch (node)
        {
            case JsonObject fields:
                return new JsonObject(
                    fields.Select(field => KeyValuePair.Create(field.Key, Fill(field.Value, values)))
                );
            case JsonArray list:
                return new JsonArray([.. list.Select(item => Fill(item, values))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                return values.TryGetValue(text, out var whole) ? whole?.DeepClone() : Fill(text, values, same => same);
            default:
                return node?.DeepClone();
        }
    }

    private static string Fill(string text, Dictionary<string, JsonNode?> values, Func<string, string> escape)
    {
        // In one pass, so that a prompt that holds {seed} stays as it is.
        var parts = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var name = text[i] == '{' ? values.Keys.FirstOrDefault(key => text.AsSpan(i).StartsWith(key)) : null;
            if (name is null)
            {
                parts.Append(text[i]);
                continue;
            }

            parts.Append(escape(Convert.ToString(values[name], CultureInfo.InvariantCulture) ?? ""));
            i += name.Length - 1;
        }

        return parts.ToString();
    }
}
