using System.Text.RegularExpressions;
using Semblance.Text;

namespace Semblance.Models.Hub.Pulling;

/// <summary>What a hub says, made fit for messages: without the token, without the queries of signed addresses, short.</summary>
internal static partial class HubWords
{
    private const int Longest = 2000;

    // What patterns look at: their time grows with the square of it.
    private const int MostRead = 20_000;

    /// <summary>A text without secrets, cut to 2000 characters.</summary>
    /// <param name="text">A message, which may repeat what the hub sent.</param>
    /// <param name="token">The access token, or null.</param>
    public static string Clean(string text, string? token)
    {
        if (token is { Length: > 0 })
        {
            text = text.Replace(token, "***", StringComparison.Ordinal);
        }

        text = text.Length > MostRead ? text[..MostRead] : text;
        text = Signed().Replace(text, "${kept}?***");
        text = Password().Replace(text, "${kept}***@");
        return text.Length > Longest ? $"{text[..Longest]} ..." : text;
    }

    /// <summary>A name or licence that the hub states, on one line and no longer than names are.</summary>
    public static string Name(string text, string? token = null)
    {
        const int longestName = 200;
        text = ControlCharacters.Escaped(Clean(text, token));
        return text.Length > longestName ? $"{text[..longestName]} ..." : text;
    }

    // Queries of signed addresses are secrets for as long as they live.
    [GeneratedRegex(
        @"(?<kept>https?://[^\s?""'<>]+)\?[^\s""'<>]+",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Signed();

    [GeneratedRegex(
        @"(?<kept>https?://)[^\s/?#@""'<>]+@",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Password();
}
