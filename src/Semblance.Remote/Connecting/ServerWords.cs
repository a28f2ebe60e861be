using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Semblance.Remote.Connecting;

/// <summary>What servers say, made fit for messages and files: on one line, short, and without secrets.</summary>
internal sealed partial class ServerWords(IReadOnlyList<string> secrets)
{
    private const int Longest = 300;

    // What patterns look at: their time grows with the square of it.
    private const int MostRead = 20_000;

    /// <summary>Where servers put the sentence that explains a fault, the best place first.</summary>
    private static readonly string[] Places = ["message", "detail", "error", "errors", "title", "name", "msg"];

    /// <summary>A text without secrets, on one line, cut to 300 characters.</summary>
    public string Clean(string text)
    {
        foreach (var secret in secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        text = text.Length > MostRead ? text[..MostRead] : text;
        // Queries of signed addresses are secrets for as long as they live.
        text = SignedAddress().Replace(text, "${kept}?***");
        text = NamedSecret().Replace(text, "${kept}***");
        var line = new StringBuilder(Math.Min(text.Length, Longest));
        foreach (var rune in text.EnumerateRunes())
        {
            var shown = Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) ? new Rune(' ') : rune;
            if (shown.Value == ' ' && (line.Length == 0 || line[^1] == ' '))
            {
                continue;
            }

            if (line.Length >= Longest)
            {
                return $"{line.ToString().TrimEnd()} ...";
            }

            line.Append(shown);
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>The sentence in an answer that explains a fault; empty where there is none.</summary>
    public string Of(HttpAnswer answer) =>
        Clean(
            answer.Json is { } json ? Find(json, depth: 0) ?? ""
            : answer.MediaType is "text/html" ? ""
            : answer.Text()
        );

    private static string? Find(JsonNode node, int depth)
    {
        switch (node)
        {
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return value.GetValue<string>();
            case JsonObject fields when depth < 6:
                return Places
                    .Select(place => fields[place] is { } found ? Find(found, depth + 1) : null)
                    .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
            case JsonArray list when depth < 6:
                return list.Select(item => item is null ? null : Located(item, depth))
                    .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
            default:
                return null;
        }
    }

    /// <summary>An error of a list, with the field that it is about.</summary>
    private static string? Located(JsonNode item, int depth) =>
        Find(item, depth + 1) is not { } text ? null
        : item is JsonObject fields && fields["loc"] is JsonArray place
            ? $"{string.Join('.', place.Select(part => $"{part}"))}: {text}"
        : text;

    [GeneratedRegex(
        @"(?<kept>https?://[^\s?""'<>]+)\?[^\s""'<>]+",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex SignedAddress();

    [GeneratedRegex(
        @"(?<kept>(?:authorization|x-key|x-api-key|api-key|x-goog-api-key|bearer|token)[""']?\s*[=:]\s*[""']?(?:bearer |key |basic |token )?)[^\s""',;}]+",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex NamedSecret();
}
