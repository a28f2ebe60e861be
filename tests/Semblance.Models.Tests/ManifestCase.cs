using System.IO.Compression;
using System.Text.Json;
using Semblance.Models.Checkpoints;
using Semblance.Models.Configuration;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;
using Semblance.Tensors;

namespace Semblance.Models.Tests;

/// <summary>The names and shapes of a published checkpoint's tensors, and its config.json, without the weights.</summary>
internal sealed record ManifestCase(string Family, string Name)
{
    private const string Ending = ".json.gz";

    /// <summary>All of a family; none where this fixture root has not got it.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> All(params IEnumerable<string> families) =>
        from family in families
        where Directory.Exists(Fixtures.At("manifests", family))
        from file in Directory.EnumerateFiles(Fixtures.At("manifests", family), "*" + Ending)
        select new TheoryDataRow<string, string>(family, Path.GetFileName(file)[..^Ending.Length]);

    public ConfigJson Config => ConfigJson.Read(Fixtures.At("manifests", Family, $"{Name}.config.json"));

    /// <summary>Weights of these names and shapes that nobody can read.</summary>
    public Weights Weights()
    {
        using var stream = new GZipStream(
            File.OpenRead(Fixtures.At("manifests", Family, Name + Ending)),
            CompressionMode.Decompress
        );
        return new Weights(
            Name,
            JsonSerializer
                .Deserialize<Dictionary<string, long[]>>(stream)!
                .ToDictionary(
                    pair => pair.Key,
                    pair => new TensorEntry(
                        pair.Key,
                        TensorType.Float16,
                        pair.Value,
                        "/nowhere/model.safetensors",
                        0,
                        0,
                        null
                    )
                )
        );
    }
}
