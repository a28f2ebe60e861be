using System.Text.Json;
using Semblance.Models.Configuration;

namespace Semblance.Models.Checkpoints;

/// <summary>The file that says which of several weight files holds which tensor.</summary>
internal static class ShardIndex
{
    /// <summary>Whether a file is named as an index is; that of a variant is named <c>.index.fp16.json</c>.</summary>
    public static bool Is(string file) =>
        file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        && Path.GetFileName(file).Contains(".index.", StringComparison.OrdinalIgnoreCase);

    /// <summary>Tensor name to shard name. Shards must lie beside the index.</summary>
    /// <exception cref="InputException">The file is damaged, or not an index.</exception>
    public static SortedDictionary<string, string> Read(string path)
    {
        // Says where a broken link leads.
        _ = RealPath.Of(path);
        return JsonFile.Read(
            path,
            root =>
            {
                if (
                    root.ValueKind != JsonValueKind.Object
                    || !root.TryGetProperty("weight_map", out var map)
                    || map.ValueKind != JsonValueKind.Object
                )
                {
                    throw new FormatException("it has no weight_map, so it is not an index of shards");
                }

                var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
                foreach (var pair in map.EnumerateObject())
                {
                    var file = pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : "";
                    if (file is "" or "." or ".." || file.AsSpan().ContainsAny('/', '\\', '\0'))
                    {
                        throw new FormatException($"the shard of \"{pair.Name}\" is not a file name");
                    }

                    if (!files.TryAdd(pair.Name, file))
                    {
                        throw new FormatException($"it lists \"{pair.Name}\" twice");
                    }
                }

                return files.Count > 0 ? files : throw new FormatException("it lists no tensor");
            }
        );
    }
}
