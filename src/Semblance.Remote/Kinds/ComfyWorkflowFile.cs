using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Semblance.Remote.Kinds;

/// <summary>The file of a workflow of ComfyUI: JSON in API format, or a PNG that has it in its texts.</summary>
internal static class ComfyWorkflowFile
{
    /// <summary>Reads the graph: nodes with class_type and inputs, by their ids.</summary>
    /// <exception cref="InputException">The file cannot be read, or is not a workflow in API format.</exception>
    public static JsonObject Read(string file)
    {
        JsonNode? json;
        try
        {
            var bytes = RegularFile.ReadAllBytes(file, RegularFile.MostOfText);
            json = JsonNode.Parse(
                bytes.AsSpan().StartsWith((byte[])[0x89, (byte)'P', (byte)'N', (byte)'G'])
                    ? PngText(bytes, "prompt")
                        ?? throw new InputException(
                            $"{file} holds no workflow: it was not saved by ComfyUI, or its texts were removed. Give the workflow exported in API format."
                        )
                    : Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF')
            );
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"The workflow {file} cannot be read: {error.Message}", error);
        }
        catch (JsonException error)
        {
            throw new InputException($"The workflow {file} is not valid JSON: {error.Message}", error);
        }

        if (json is JsonObject ui && ui["nodes"] is JsonArray)
        {
            throw new InputException(
                $"The workflow {file} is in the editor's own format; export it in ComfyUI with \"Export (API)\" in the menu, or with \"Save (API Format)\" of the dev mode, and name that file."
            );
        }

        return
            json is JsonObject { Count: > 0 } graph
            && graph.All(node =>
                node.Value is JsonObject one && one["class_type"] is not null && one["inputs"] is JsonObject
            )
            ? graph
            : throw new InputException(
                $"{file} is not a workflow in API format: expected nodes with class_type and inputs, by their ids."
            );
    }

    /// <summary>A text chunk of a PNG; ComfyUI writes tEXt, and zTXt or iTXt come from tools that saved it again.</summary>
    private static string? PngText(byte[] png, string keyword)
    {
        for (var at = 8; at + 12 <= png.Length; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (length < 0 || at + 12 + (long)length > png.Length)
            {
                return null;
            }

            var type = Encoding.ASCII.GetString(png, at + 4, 4);
            var data = png.AsSpan(at + 8, length);
            var end = data.IndexOf((byte)0);
            if (end > 0 && Encoding.Latin1.GetString(data[..end]) == keyword)
            {
                switch (type)
                {
                    case "tEXt":
                        return Encoding.UTF8.GetString(data[(end + 1)..]);
                    case "zTXt":
                        return Inflate(data[(end + 2)..].ToArray());
                    case "iTXt":
                        var rest = data[(end + 3)..];
                        rest = rest[(rest.IndexOf((byte)0) + 1)..];
                        rest = rest[(rest.IndexOf((byte)0) + 1)..];
                        return data[end + 1] == 1 ? Inflate(rest.ToArray()) : Encoding.UTF8.GetString(rest);
                }
            }

            at += 12 + length;
        }

        return null;
    }

    private static string? Inflate(byte[] data)
    {
        try
        {
            using var stream = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var text = new char[4 << 20];
            return new string(text, 0, reader.ReadBlock(text));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
