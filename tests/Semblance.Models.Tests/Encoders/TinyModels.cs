using System.Text;
using System.Text.Json.Nodes;
using Semblance.Models.Checkpoints;

namespace Semblance.Models.Tests.Encoders;

/// <summary>Altered copies of the fixtures' models in temporary folders.</summary>
internal static class TinyModels
{
    /// <summary>A folder that is deleted with the process's temporary files.</summary>
    public static string NewFolder()
    {
        var folder = Path.Combine(Path.GetTempPath(), "semblance-tests", Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    /// <summary>Copies a model, its float tensors changed and stored in another type; others and those dropped are left out.</summary>
    public static string Copy(
        string model,
        Func<float, float> change,
        string type = "float32",
        Func<string, bool>? keep = null,
        Action<JsonObject>? config = null
    )
    {
        var folder = NewFolder();
        foreach (var file in Directory.EnumerateFiles(model, "*.json").Concat(Directory.EnumerateFiles(model, "*.txt")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        if (config is not null)
        {
            var path = Path.Combine(folder, "config.json");
            var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            config(json);
            File.WriteAllText(path, json.ToJsonString());
        }

        var checkpoint = Checkpoint.Open(model);
        var tensors = checkpoint
            .Tensors.Values.Where(entry => entry.Type.ToString().Contains("Float", StringComparison.Ordinal))
            .Where(entry => keep is null || keep(entry.Name))
            .ToDictionary(
                entry => entry.Name,
                entry => (entry.Shape, checkpoint.ReadFloat32(entry.Name).Select(change).ToArray())
            );
        WriteSafeTensors(Path.Combine(folder, "model.safetensors"), tensors, type);
        return folder;
    }

    public static float RoundToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }

    /// <summary>Writes a safetensors file, optionally with every tensor off its natural alignment.</summary>
    public static void WriteSafeTensors(
        string path,
        IReadOnlyDictionary<string, (long[] Shape, float[] Values)> tensors,
        string type = "float32",
        int misalign = 0
    )
    {
        var (header, data) = (new JsonObject(), new MemoryStream());
        foreach (var (name, (shape, values)) in tensors)
        {
            var start = data.Length;
            foreach (var value in values)
            {
                data.Write(
                    type switch
                    {
                        "float16" => BitConverter.GetBytes((Half)value),
                        "bfloat16" => BitConverter.GetBytes(
                            (ushort)(BitConverter.SingleToUInt32Bits(RoundToBFloat16(value)) >> 16)
                        ),
                        _ => BitConverter.GetBytes(value),
                    }
                );
            }

            header[name] = new JsonObject
            {
                ["dtype"] = type switch
                {
                    "float16" => "F16",
                    "bfloat16" => "BF16",
                    _ => "F32",
                },
                ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(start, data.Length),
            };
        }

        var text = header.ToJsonString();
        text = text.PadRight((text.Length + 7) / 8 * 8 + misalign);
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(text)));
        file.Write(Encoding.UTF8.GetBytes(text));
        data.WriteTo(file);
    }
}
