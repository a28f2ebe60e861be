using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Semblance.Tensors;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Type">Storage type.</param>
/// <param name="Shape">Sizes, row major; empty for a scalar.</param>
/// <param name="Offset">Of the first byte, from the start of the file.</param>
/// <param name="Length">In bytes.</param>
public sealed record SafeTensorEntry(TensorType Type, long[] Shape, long Offset, long Length);

/// <summary>
/// The checked header of a safetensors file: names, types, shapes and places of its tensors. The format is
/// https://huggingface.co/docs/safetensors: 8 bytes with the header's length, JSON, then the tensors without overlap or
/// gap to the end of the file.
/// </summary>
/// <param name="Tensors">By name.</param>
/// <param name="Metadata">The texts of <c>__metadata__</c>; empty where there are none.</param>
public sealed record SafeTensorsHeader(
    IReadOnlyDictionary<string, SafeTensorEntry> Tensors,
    IReadOnlyDictionary<string, string> Metadata
)
{
    /// <summary>The largest header that is read, as in the reference library.</summary>
    public const int MaximumHeaderBytes = 100_000_000;

    private const string Damaged = "the file is damaged or no safetensors file; fetch or save it again";

    /// <summary>Reads and checks the header. The stream must know its length; it is read from its start.</summary>
    /// <param name="stream">A seekable stream over the whole file.</param>
    /// <param name="fileName">The name in messages.</param>
    /// <exception cref="InputException">The file breaks the format; the message says where.</exception>
    public static SafeTensorsHeader Parse(Stream stream, string fileName)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return ParseStart(stream, fileName);
        }
        catch (InputException error) when (ForeignFile.Of(stream) is { } what)
        {
            throw new InputException($"{fileName} {what}.", error);
        }
    }

    private static SafeTensorsHeader ParseStart(Stream stream, string fileName)
    {
        var length = stream.Length;
        if (length < 8)
        {
            throw Fault(fileName, $"truncated: {length} bytes cannot hold the length of a header");
        }
        stream.Position = 0;
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > MaximumHeaderBytes)
        {
            throw Fault(
                fileName,
                $"header too large: it claims {headerLength} bytes, {MaximumHeaderBytes} are allowed"
            );
        }
        if ((long)headerLength > length - 8)
        {
            throw Fault(fileName, $"header longer than the file: {headerLength} of {length - 8} bytes that follow");
        }
        var header = new byte[headerLength];
        stream.ReadExactly(header);
        if (!Utf8.IsValid(header))
        {
            throw Fault(fileName, "header not UTF-8");
        }
        return Parse(header, 8 + (long)headerLength, length, fileName);
    }

    private static SafeTensorsHeader Parse(ReadOnlySpan<byte> header, long dataStart, long fileLength, string fileName)
    {
        if (header.IsEmpty || header[0] != (byte)'{')
        {
            throw Fault(fileName, "header not JSON: it does not begin with {");
        }
        var tensors = new Dictionary<string, SafeTensorEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 64 });
            reader.Read();
            var keys = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!keys.Add(name))
                {
                    throw Fault(fileName, $"duplicate key {Quoted(name)}");
                }
                reader.Read();
                if (name == "__metadata__")
                {
                    ReadMetadata(ref reader, metadata, fileName);
                }
                else
                {
                    tensors.Add(name, ReadEntry(ref reader, name, dataStart, fileName));
                }
            }
            // Only white space may follow; the reader throws for anything else.
            while (reader.Read()) { }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape that names half a surrogate pair.
            throw Fault(fileName, "header not JSON", error);
        }
        CheckPlaces(tensors, dataStart, fileLength, fileName);
        return new SafeTensorsHeader(tensors, metadata);
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata, string fileName)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Fault(fileName, "header not valid: __metadata__ is not an object of texts");
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Fault(fileName, $"header not valid: {Quoted(key)} in __metadata__ is not a text");
            }
            if (!metadata.TryAdd(key, reader.GetString()!))
            {
                throw Fault(fileName, $"duplicate key {Quoted(key)} in __metadata__");
            }
        }
    }

    private static SafeTensorEntry ReadEntry(ref Utf8JsonReader reader, string name, long dataStart, string fileName)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Fault(fileName, $"header not valid: the entry of {Quoted(name)} is not an object");
        }
        string? typeName = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString()!;
            reader.Read();
            var twice = field switch
            {
                "dtype" => typeName is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => false,
            };
            if (twice)
            {
                throw Fault(fileName, $"duplicate key {field} in the entry of {Quoted(name)}");
            }
            switch (field)
            {
                case "dtype":
                    typeName =
                        reader.TokenType == JsonTokenType.String
                            ? reader.GetString()!
                            : throw Fault(fileName, $"header not valid: the dtype of {Quoted(name)} is not a text");
                    break;
                case "shape":
                    shape = ReadNumbers(ref reader, fileName, $"header not valid: the shape of {Quoted(name)}");
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(ref reader, fileName, $"bad offsets: those of {Quoted(name)}");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (typeName is null || shape is null || offsets is null)
        {
            var missing =
                typeName is null ? "dtype"
                : shape is null ? "shape"
                : "data_offsets";
            throw Fault(fileName, $"header not valid: {Quoted(name)} has no {missing}");
        }
        var type =
            TensorTypes.FromSafeTensorsName(typeName)
            ?? throw Fault(fileName, $"unknown dtype {Quoted(typeName)} of {Quoted(name)}");
        if (offsets is not [var begin, var end] || begin > end)
        {
            throw Fault(
                fileName,
                $"bad offsets: {Quoted(name)} has [{string.Join(", ", offsets)}], not a begin and an end after it"
            );
        }
        if (ByteLength(type, shape) != end - begin || end > long.MaxValue - dataStart)
        {
            throw Fault(
                fileName,
                $"shape does not match the bytes: {Quoted(name)} is {typeName} [{string.Join(", ", shape)}] "
                    + $"in {end - begin} bytes"
            );
        }
        return new SafeTensorEntry(type, [.. shape], dataStart + begin, end - begin);
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader reader, string fileName, string what)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Fault(fileName, $"{what} are no list");
        }
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
            {
                throw Fault(fileName, $"{what} must be whole numbers from 0 up to 9223372036854775807");
            }
            numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>Bytes of a tensor, or null where they are no whole number or overflow.</summary>
    internal static long? ByteLength(TensorType type, IEnumerable<long> shape)
    {
        try
        {
            checked
            {
                var bits = shape.Aggregate(1L, (product, size) => product * size) * type.Bits();
                return bits % 8 == 0 ? bits / 8 : null;
            }
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static void CheckPlaces(
        Dictionary<string, SafeTensorEntry> tensors,
        long dataStart,
        long fileLength,
        string fileName
    )
    {
        var end = dataStart;
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
                    fileName,
                    $"offsets overlap or leave a gap: {Quoted(name)} begins at {entry.Offset - dataStart}, "
                        + $"the tensor before it ends at {end - dataStart}"
                );
            }
            end += entry.Length;
        }
        if (end > fileLength)
        {
            throw Fault(fileName, $"truncated: the header speaks of {end} bytes, the file has {fileLength}");
        }
        if (end < fileLength)
        {
            throw Fault(fileName, $"{fileLength - end} bytes after the last tensor");
        }
    }

    private static string Quoted(string name) => $"\"{name}\"";

    private static InputException Fault(string fileName, string what, Exception? inner = null) =>
        new($"{fileName}: {what}; {Damaged}.", inner);
}
