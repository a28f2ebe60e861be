using System.Buffers;
using Semblance.Models.Hub.Cache;

namespace Semblance.Models.Hub.Pulling;

/// <summary>The access token, from <c>HF_TOKEN</c> or the file that <c>hf auth login</c> wrote.</summary>
internal static class HubToken
{
    private static readonly SearchValues<char> Letters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/="
    );

    /// <summary>The token, or null where there is none. A file that cannot be read counts as none.</summary>
    /// <exception cref="UsageException">There is one that cannot be sent. The message does not repeat it.</exception>
    public static string? Find(HubCacheLocation location)
    {
        if ((HubSettings.Variable("HF_TOKEN") ?? HubSettings.Variable("HUGGING_FACE_HUB_TOKEN")) is { } given)
        {
            return Checked(given, "HF_TOKEN");
        }

        var file = HubSettings.Variable("HF_TOKEN_PATH") ?? Path.Combine(location.HomeFolder, "token");
        try
        {
            return File.Exists(file) ? Checked(RegularFile.ReadAllText(file, RegularFile.MostOfNote), file) : null;
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            return null;
        }
    }

    // A line break in a header would begin another header.
    private static string? Checked(string text, string where)
    {
        var token = text.Trim();
        if (token.AsSpan().ContainsAnyExcept(Letters))
        {
            throw new UsageException(
                $"{where} holds no access token: a token is one word of letters, digits and -._~+/=."
            );
        }

        return token.Length == 0 ? null : token;
    }
}
