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
    /// <exception cref="InputException">The file is damaged, or no index.</exception>
    public static SortedDictionary<string, string> Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(RealPath.Of(path)));
            if (
                json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("weight_map", out var map)
                || map.ValueKind != JsonValueKind.Object
            )
            {
                throw new InputException($"{path} has no weight_map, so it is no index of shards.");
            }
            var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var pair in map.EnumerateObject())
            {
                var file = pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : "";
                if (file is "" or "." or ".." || file.AsSpan().ContainsAny('/', '\\', '\0'))
                {
                    throw new InputException($"{path}: the shard of \"{pair.Name}\" is no file name.");
                }
                if (!files.TryAdd(pair.Name, file))
                {
                    throw new InputException($"{path}: \"{pair.Name}\" is listed twice.");
                }
            }
            return files.Count > 0 ? files : throw new InputException($"{path} lists no tensor.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InputException($"{path} cannot be understood: {JsonFault.Of(error)}; fetch it again.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {error.Message}", error);
        }
    }
}
