using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Semblance.Bench;

/// <summary>Full-size components of a diffusion model with random float16 weights, written piece by piece.</summary>
internal static class HalfCheckpoint
{
    private const int Piece = 1 << 20;
    private const int Starts = 1 << 14;

    /// <summary>Writes config.json and diffusion_pytorch_model.fp16.safetensors of one manifest into a folder.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="model">A folder of manifests, for example <c>sdxl</c>.</param>
    /// <param name="component">A manifest's name, for example <c>unet</c>.</param>
    /// <returns>Path of the weights.</returns>
    public static string Write(string folder, string model, string component)
    {
        Directory.CreateDirectory(folder);
        var manifests = Path.Combine(RandomCheckpoint.Fixtures, "manifests", model);
        File.Copy(
            Path.Combine(manifests, $"{component}.config.json"),
            Path.Combine(folder, "config.json"),
            overwrite: true
        );
        using var stream = new GZipStream(
            File.OpenRead(Path.Combine(manifests, $"{component}.json.gz")),
            CompressionMode.Decompress
        );
        var shapes = JsonSerializer.Deserialize<Dictionary<string, long[]>>(stream)!;
        var path = Path.Combine(folder, "diffusion_pytorch_model.fp16.safetensors");
        Write(path, shapes);
        return path;
    }

    private static void Write(string path, Dictionary<string, long[]> shapes)
    {
        var header = new SortedDictionary<string, object>(StringComparer.Ordinal);
        long end = 0;
        foreach (var (name, shape) in shapes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var start = end;
            end += 2 * Count(shape);
            header[name] = new
            {
                dtype = "F16",
                shape,
                data_offsets = new[] { start, end },
            };
        }

        var json = JsonSerializer.Serialize(header);
        json = json.PadRight((json.Length + 7) / 8 * 8);
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(json)));
        file.Write(Encoding.UTF8.GetBytes(json));
        var (weights, norms) = (Random(0f, 0.02f), Random(1f, 0.01f));
        foreach (var (number, (name, shape)) in shapes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Index())
        {
            // No two tensors begin alike: ONNX Runtime would keep equal ones once, and the peak be too low.
            var start = number % Starts;
            var values = name.Contains("norm", StringComparison.Ordinal) ? norms : weights;
            for (var left = Count(shape); left > 0; left -= Piece)
            {
                file.Write(MemoryMarshal.AsBytes(values.AsSpan(start, (int)Math.Min(left, Piece))));
            }
        }
    }

    private static Half[] Random(float centre, float spread)
    {
        var random = new Random(2404);
        var values = new Half[Piece + Starts];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (Half)(centre + (spread * ((2 * random.NextSingle()) - 1)));
        }

        return values;
    }

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
