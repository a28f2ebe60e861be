using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Semblance.Tensors;

namespace Semblance.Bench;

/// <summary>Full-size checkpoints with random weights, from the names and shapes of the real ones.</summary>
internal static class RandomCheckpoint
{
    private const string Preprocessor = """
        {"crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true,
         "feature_extractor_type": "CLIPFeatureExtractor", "resample": 3, "size": 224,
         "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
        """;

    /// <summary>Writes config.json, preprocessor_config.json and model.safetensors of one manifest into a folder.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="name">A manifest's name, for example <c>clip-vit-base-patch32</c>.</param>
    /// <param name="wanted">Which tensors to write, to leave out a tower that is not measured.</param>
    public static void Write(string folder, string name, Func<string, bool> wanted)
    {
        Directory.CreateDirectory(folder);
        var manifests = Path.Combine(Fixtures, "manifests", "encoders");
        File.Copy(Path.Combine(manifests, $"{name}.config.json"), Path.Combine(folder, "config.json"), overwrite: true);
        File.WriteAllText(Path.Combine(folder, "preprocessor_config.json"), Preprocessor);
        using var stream = new GZipStream(
            File.OpenRead(Path.Combine(manifests, $"{name}.json.gz")),
            CompressionMode.Decompress
        );
        var shapes = JsonSerializer.Deserialize<Dictionary<string, long[]>>(stream)!;
        var tensors = shapes
            .Where(shape => wanted(shape.Key))
            .OrderBy(shape => shape.Key, StringComparer.Ordinal)
            .Select(shape => new NamedTensor(shape.Key, shape.Value, Values(shape.Key, shape.Value)));
        SafeTensorsFile.Write(Path.Combine(folder, "model.safetensors"), [.. tensors]);
    }

    /// <summary>Small numbers around 0, norms' weights around 1: activations stay in range through many layers.</summary>
    private static float[] Values(string name, long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        var random = new Random(name.Length * 31 + values.Length);
        var (centre, spread) = name.Contains("norm", StringComparison.Ordinal) ? (1f, 0.01f) : (0f, 0.04f);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = centre + spread * (2 * random.NextSingle() - 1);
        }

        return values;
    }

    /// <summary>The project's fixtures.</summary>
    public static string Fixtures { get; } = Find();

    private static string Find([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "tests", "fixtures"));
}
