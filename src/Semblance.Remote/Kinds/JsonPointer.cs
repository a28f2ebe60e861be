using System.Globalization;
using System.Text.Json.Nodes;

namespace Semblance.Remote.Kinds;

/// <summary>A place in JSON, as RFC 6901 writes it: <c>/data/0/b64_json</c>.</summary>
internal static class JsonPointer
{
    /// <summary>What is at the place; null where nothing is.</summary>
    public static JsonNode? Find(JsonNode? root, string pointer)
    {
        foreach (var part in pointer.Split('/').Skip(1))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            root = root switch
            {
                JsonObject fields => fields[name],
                JsonArray list when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var at) =>
                    at < list.Count ? list[at] : null,
                _ => null,
            };
        }

        return root;
    }
}
