using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Semblance.Tensors;

/// <summary>A float32 tensor to be written.</summary>
/// <param name="Name">Unique in the file, not <c>__metadata__</c>.</param>
/// <param name="Shape">Sizes, row major; empty for a scalar.</param>
/// <param name="Values">As many as the shape says.</param>
public sealed record NamedTensor(string Name, long[] Shape, ReadOnlyMemory<float> Values);

/// <summary>Reads tensors of a safetensors file by name, and writes such files.</summary>
public sealed class SafeTensorsFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private SafeTensorsFile(string path, SafeFileHandle handle, SafeTensorsHeader header)
    {
        Path = path;
        _handle = handle;
        Header = header;
    }

    /// <summary>The path of the file, as it was given.</summary>
    public string Path { get; }

    /// <summary>Names, types, shapes and places of the tensors.</summary>
    public SafeTensorsHeader Header { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="InputException">The file is missing, cannot be read, or breaks the format.</exception>
    public static SafeTensorsFile Open(string path) =>
        Reading(
            path,
            () =>
            {
                var header = ReadHeader(path);
                return new SafeTensorsFile(path, RegularFile.OpenHandle(path), header);
            }
        );

    /// <summary>Reads and checks the header alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its name in messages, where a link led to it.</param>
    /// <exception cref="InputException">The file is missing, cannot be read, or breaks the format.</exception>
    public static SafeTensorsHeader ReadHeader(string path, string? name = null) =>
        Reading(
            name ?? path,
            () =>
            {
                using var stream = RegularFile.OpenRead(path);
                return SafeTensorsHeader.Parse(stream, name ?? path);
            }
        );

    /// <summary>All numbers of a tensor of floating-point type (F64, F32, F16, BF16) as single precision, row major.</summary>
    /// <exception cref="InputException">No such tensor, another type, or more than memory can hold.</exception>
    public float[] ReadFloat32(string name)
    {
        var entry = FindFloats(name);
        var count = entry.Length / (entry.Type.Bits() / 8);
        var values = new float[Countable(count, name)];
        if (entry.Type == TensorType.Float32)
        {
            ReadAt(MemoryMarshal.AsBytes(values.AsSpan()), entry.Offset);
        }
        else
        {
            TensorTypes.ToFloat32(entry.Type, ReadBytes(name), values);
        }

        return values;
    }

    /// <summary>Some rows of a tensor of floating-point type as single precision.</summary>
    /// <param name="name">Of a tensor with at least one dimension.</param>
    /// <param name="firstRow">Along the first dimension.</param>
    /// <param name="values">Receives whole rows; as many as fit must exist.</param>
    /// <exception cref="InputException">No such tensor or another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rows are not all in the tensor.</exception>
    public void ReadRows(string name, long firstRow, Span<float> values)
    {
        var entry = FindFloats(name);
        var width = entry.Type.Bits() / 8;
        var row = 1L;
        foreach (var size in entry.Shape.AsSpan(1))
        {
            row *= size;
        }

        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((firstRow * row) + values.Length, entry.Length / width);
        var offset = entry.Offset + (firstRow * row * width);
        if (entry.Type == TensorType.Float32)
        {
            ReadAt(MemoryMarshal.AsBytes(values), offset);
        }
        else
        {
            var bytes = new byte[checked(values.Length * width)];
            ReadAt(bytes, offset);
            TensorTypes.ToFloat32(entry.Type, bytes, values);
        }
    }

    /// <summary>The bytes of a tensor as they are stored.</summary>
    /// <exception cref="InputException">No such tensor, or more than memory can hold.</exception>
    public byte[] ReadBytes(string name)
    {
        var entry = Find(name);
        var bytes = new byte[Countable(entry.Length, name)];
        ReadAt(bytes, entry.Offset);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    /// <summary>Writes float32 tensors in the order given; the same input gives the same bytes.</summary>
    /// <param name="stream">Written from where it stands.</param>
    /// <param name="tensors">Distinct names.</param>
    /// <param name="metadata">Texts, in the order given, or null.</param>
    /// <exception cref="ArgumentException">A shape that does not match its values, or a name used twice.</exception>
    public static void Write(
        Stream stream,
        IReadOnlyList<NamedTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        var header = HeaderOf(tensors, metadata);
        // Padding with spaces puts the data on a boundary of 8 bytes, as the reference library does.
        var padded = (header.Length + 7) / 8 * 8;
        if (padded > SafeTensorsHeader.MaximumHeaderBytes)
        {
            throw new ArgumentException($"The header needs {padded} bytes, more than the format allows.");
        }

        var prefix = new byte[8 + padded];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)padded);
        header.CopyTo(prefix.AsSpan(8));
        prefix.AsSpan(8 + header.Length).Fill((byte)' ');
        stream.Write(prefix);
        foreach (var tensor in tensors)
        {
            stream.Write(MemoryMarshal.AsBytes(tensor.Values.Span));
        }
    }

    /// <summary>Writes float32 tensors to a new file, in place; the caller renames where a half-written file would harm.</summary>
    /// <inheritdoc cref="Write(Stream, IReadOnlyList{NamedTensor}, IReadOnlyDictionary{string, string})"/>
    public static void Write(
        string path,
        IReadOnlyList<NamedTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        Write(stream, tensors, metadata);
    }

    private static byte[] HeaderOf(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var entries = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var offset = 0L;
        foreach (var (name, shape, values) in tensors)
        {
            var length = 4L * values.Length;
            var entry = new WrittenTensor("F32", shape, [offset, offset += length]);
            if (
                name == "__metadata__"
                || shape.Any(size => size < 0)
                || SafeTensorsHeader.ByteLength(TensorType.Float32, shape) != length
                || !entries.TryAdd(name, JsonSerializer.SerializeToElement(entry, HeaderJson.Default.WrittenTensor))
            )
            {
                throw new ArgumentException(
                    $"Tensor \"{name}\" [{string.Join(", ", shape)}] with {values.Length} values cannot be written."
                );
            }
        }

        var header = new WrittenHeader { Metadata = metadata is { Count: > 0 } ? metadata : null, Tensors = entries };
        return JsonSerializer.SerializeToUtf8Bytes(header, HeaderJson.Default.WrittenHeader);
    }

    private SafeTensorEntry FindFloats(string name)
    {
        var entry = Find(name);
        return entry.Type.IsFloat()
            ? entry
            : throw new InputException(
                $"{Path}: tensor \"{name}\" holds {entry.Type.SafeTensorsName()}, which is not read; save it as F64, F32, F16 or BF16."
            );
    }

    private SafeTensorEntry Find(string name) =>
        Header.Tensors.TryGetValue(name, out var entry)
            ? entry
            : throw new InputException($"{Path}: no tensor \"{name}\" in the file.");

    private int Countable(long count, string name) =>
        count <= Array.MaxLength
            ? (int)count
            : throw new InputException($"{Path}: tensor \"{name}\" is too large to be read at once ({count} values).");

    private void ReadAt(Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            int read;
            try
            {
                read = RandomAccess.Read(_handle, bytes, offset);
            }
            catch (IOException error)
            {
                throw Unreadable(Path, error);
            }

            if (read == 0)
            {
                throw new InputException($"{Path}: truncated while it was being read.");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }

    private static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw Unreadable(path, error);
        }
    }

    private static InputException Unreadable(string path, Exception error) =>
        new($"{path} cannot be read: {error.Message}", error);
}
