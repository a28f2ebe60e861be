using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Semblance.Remote.Connecting;

/// <summary>How long a server asks to wait, in all the forms in which servers say it.</summary>
internal static partial class RetryAfter
{
    /// <summary>The wait; null where the server names none.</summary>
    /// <param name="answer">What it sent.</param>
    /// <param name="now">For waits that are given as a date, where the server does not say what time it has.</param>
    public static TimeSpan? Of(HttpAnswer answer, DateTimeOffset now) =>
        Milliseconds(answer.Header("retry-after-ms"))
        ?? Seconds(answer.Header("Retry-After"))
        ?? Date(answer.Header("Retry-After"), answer.Headers.Date ?? now)
        ?? Number(answer.Json is JsonObject fields ? fields["retry_after"] : null)
        ?? Delay(answer.Json)
        ?? Sentence(answer.Text());

    private static TimeSpan? Milliseconds(string? text) => Finite(text, 0.001);

    private static TimeSpan? Seconds(string? text) => Finite(text, 1);

    private static TimeSpan? Finite(string? text, double unit) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number is >= 0 and < 1e9
            ? TimeSpan.FromSeconds(number * unit)
            : null;

    private static TimeSpan? Date(string? text, DateTimeOffset now) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var time)
            ? time > now
                ? time - now
                : TimeSpan.Zero
            : null;

    private static TimeSpan? Number(JsonNode? node) =>
        node?.GetValueKind() is JsonValueKind.Number or JsonValueKind.String ? Seconds(node.ToString()) : null;

    /// <summary>Google's <c>"retryDelay": "8s"</c>, in the details of an error.</summary>
    private static TimeSpan? Delay(JsonNode? json) =>
        json is JsonObject fields
        && fields["error"] is JsonObject error
        && error["details"] is JsonArray details
        && details
            .OfType<JsonObject>()
            .Select(detail => detail["retryDelay"])
            .FirstOrDefault(found => found is not null)
            is { } delay
            ? Seconds(delay.ToString().TrimEnd('s'))
            : null;

    /// <summary>"try again after 51.84 seconds", "resets in ~5s", "try again in 20s".</summary>
    private static TimeSpan? Sentence(string text) =>
        Words().Match(text) is { Success: true } found ? Seconds(found.Groups["n"].Value) : null;

    [GeneratedRegex(
        @"(?:again (?:after|in)|resets in) ~?(?<n>\d+(?:\.\d+)?) ?s",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Words();
}
