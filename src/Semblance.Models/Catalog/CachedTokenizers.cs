using Semblance.Models.Encoders;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Cache;

namespace Semblance.Models.Catalog;

/// <summary>CLIP's tokenizer in the local cache. Stable Diffusion's text encoders and all of OpenAI's CLIPs have the same.</summary>
public static class CachedTokenizers
{
    private const string Merges = "merges.txt";
    private const string Vocabulary = "vocab.json";

    /// <summary>A folder that holds one, from a known pipeline or a known encoder; null where the cache has none.</summary>
    /// <param name="cache">The cache's folder.</param>
    /// <exception cref="ResourceException">The cache cannot be read.</exception>
    public static string? Find(string cache)
    {
        var pipelines = KnownModel
            .All.Where(model => model.Name is "sdxl" or "sd15")
            .Select(model => (model.HubId, "tokenizer"));
        var encoders = KnownEncoder
            .All.Where(encoder => encoder.HubId.StartsWith("openai/", StringComparison.Ordinal))
            .Select(encoder => (encoder.HubId, ""));
        return pipelines
            .Concat(encoders)
            .Select(place =>
                (Repository: CachedRepository.Find(cache, HubRepository.Parse(place.HubId)), Folder: place.Item2)
            )
            .SelectMany(place =>
                (place.Repository?.Snapshots ?? []).Select(snapshot => Path.Combine(snapshot.Folder, place.Folder))
            )
            .FirstOrDefault(folder =>
                SnapshotFiles.Leads(Path.Combine(folder, Merges))
                && SnapshotFiles.Leads(Path.Combine(folder, Vocabulary))
            );
    }
}
