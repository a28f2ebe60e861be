using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Semblance.Tensors;

/// <summary>Reads the header of one safetensors file and refuses it with the reason for whatever breaks the format.</summary>
internal sealed class HeaderReader(string fileName)
{
    private const string Damaged = "the file is damaged or is not a safetensors file; fetch or save it again";

    private long _dataStart;

    public SafeTensorsHeader Read(Stream stream)
    {
        var length = stream.Length;
        if (length < 8)
        {
            throw Fault($"truncated: {length} bytes cannot hold the length of a header");
        }

        stream.Position = 0;
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > SafeTensorsHeader.MaximumHeaderBytes)
        {
            throw Fault(
                $"header too large: it claims {headerLength} bytes, {SafeTensorsHeader.MaximumHeaderBytes} are allowed"
            );
        }

        if ((long)headerLength > length - 8)
        {
            throw Fault($"header longer than the file: {headerLength} of {length - 8} bytes that follow");
        }

        var header = new byte[headerLength];
        stream.ReadExactly(header);
        if (!Utf8.IsValid(header))
        {
            throw Fault("header not UTF-8");
        }

        if (header is not [(byte)'{', ..])
        {
            throw Fault("header not JSON: it does not begin with {");
        }

        _dataStart = 8 + header.Length;
        var result = Parse(header);
        CheckPlaces(result.Tensors, length);
        return result;
    }

    private SafeTensorsHeader Parse(byte[] header)
    {
        try
        {
            using var json = JsonDocument.Parse(header);
            var properties = Properties(json.RootElement, "the header", "");
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            if (properties.Remove("__metadata__", out var texts))
            {
                foreach (var (key, value) in Properties(texts, "__metadata__", " in __metadata__"))
                {
                    metadata.Add(key, Text(value, $"{Quoted(key)} in __metadata__"));
                }
            }

            return new SafeTensorsHeader(
                properties.ToDictionary(one => one.Key, one => Entry(one.Key, one.Value), StringComparer.Ordinal),
                metadata
            );
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape that names half a surrogate pair.
            throw Fault("header not JSON", error);
        }
    }

    private SafeTensorEntry Entry(string name, JsonElement value)
    {
        var fields = Properties(value, $"the entry of {Quoted(name)}", $" in the entry of {Quoted(name)}");
        var typeName = Text(Field("dtype"), $"the dtype of {Quoted(name)}");
        var shape = Numbers(Field("shape"), $"header not valid: the shape of {Quoted(name)}");
        var offsets = Numbers(Field("data_offsets"), $"bad offsets: those of {Quoted(name)}");
        var type =
            TensorTypes.FromSafeTensorsName(typeName)
            ?? throw Fault($"unknown dtype {Quoted(typeName)} of {Quoted(name)}");
        if (offsets is not [var begin, var end] || begin > end)
        {
            throw Fault(
                $"bad offsets: {Quoted(name)} has [{string.Join(", ", offsets)}], not a begin and an end after it"
            );
        }

        if (SafeTensorsHeader.ByteLength(type, shape) != end - begin || end > long.MaxValue - _dataStart)
        {
            throw Fault(
                $"shape does not match the bytes: {Quoted(name)} is {typeName} [{string.Join(", ", shape)}] in {end - begin} bytes"
            );
        }

        return new SafeTensorEntry(type, shape, _dataStart + begin, end - begin);

        JsonElement Field(string field) =>
            fields.TryGetValue(field, out var found)
                ? found
                : throw Fault($"header not valid: {Quoted(name)} has no {field}");
    }

    /// <summary>The properties of an object, none of which may be there twice.</summary>
    private Dictionary<string, JsonElement> Properties(JsonElement value, string what, string where)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Fault($"header not valid: {what} is not an object");
        }

        var properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            if (!properties.TryAdd(property.Name, property.Value))
            {
                throw Fault($"duplicate key {Quoted(property.Name)}{where}");
            }
        }

        return properties;
    }

    private string Text(JsonElement value, string what) =>
        value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Fault($"header not valid: {what} is not a text");

    private long[] Numbers(JsonElement value, string what)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Fault($"{what} are not a list");
        }

        return
        [
            .. value
                .EnumerateArray()
                .Select(item =>
                    item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var number) && number >= 0
                        ? number
                        : throw Fault($"{what} must be whole numbers from 0 up to 9223372036854775807")
                ),
        ];
    }

    private void CheckPlaces(IReadOnlyDictionary<string, SafeTensorEntry> tensors, long fileLength)
    {
        var end = _dataStart;
        foreach (
            var (name, entry) in tensors
                .OrderBy(pair => pair.Value.Offset)
                .ThenBy(pair => pair.Value.Length)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal)
        )
        {
            if (entry.Offset != end)
            {
                throw Fault(
                    $"offsets overlap or leave a gap: {Quoted(name)} begins at {entry.Offset - _dataStart}, the tensor before it ends at {end - _dataStart}"
                );
            }

            end += entry.Length;
        }

        if (end > fileLength)
        {
            throw Fault($"truncated: the tensors need {end} bytes, the file has {fileLength}");
        }

        if (end < fileLength)
        {
            throw Fault($"{fileLength - end} bytes after the last tensor");
        }
    }

    private static string Quoted(string name) => $"\"{name}\"";

    private InputException Fault(string what, Exception? inner = null) => new($"{fileName}: {what}; {Damaged}.", inner);
}
