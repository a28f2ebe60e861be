using Semblance.Models.Checkpoints;
using Semblance.Tensors;

namespace Semblance.Models.Graphs;

/// <summary>Where one stored tensor lies.</summary>
/// <param name="Type">Storage type.</param>
/// <param name="Shape">Sizes, row major.</param>
/// <param name="File">Real path (no symlink) of the file whose bytes are the tensor as it is; null where it must be read by <paramref name="Read"/>.</param>
/// <param name="Offset">Of the first byte in <paramref name="File"/>.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Read">Gives the values in row-major order where the file does not hold them so (strided, unaligned).</param>
internal sealed record Weight(
    TensorType Type,
    long[] Shape,
    string? File,
    long Offset,
    long Length,
    Func<float[]>? Read = null
)
{
    /// <summary>How many numbers it has.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>
    /// A range of a file without strides. Where it does not lie at a multiple of its element's size, from which
    /// processors may not load it, it is read instead of referred to.
    /// </summary>
    public static Weight At(TensorType type, long[] shape, string file, long offset, long length)
    {
        var place = new Weight(type, shape, file, offset, length);
        return offset % Math.Max(1, type.Bits() / 8) == 0
            ? place
            : new Weight(type, shape, File: null, 0, 0, place.ReadFloat32);
    }

    /// <summary>The numbers in row-major order.</summary>
    /// <exception cref="InputException">The file cannot be read, or they are no floating-point numbers.</exception>
    public float[] ReadFloat32()
    {
        if (File is null)
        {
            return Read!();
        }
        if (!Type.IsFloat() || Length > Array.MaxLength)
        {
            throw new InputException(
                $"{File}: a tensor of {Length} bytes of {Type.SafeTensorsName()} cannot be read as numbers."
            );
        }
        var bytes = new byte[Length];
        try
        {
            using var stream = System.IO.File.OpenRead(File);
            stream.Position = Offset;
            stream.ReadExactly(bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{File} cannot be read: {error.Message}", error);
        }
        var values = new float[Count];
        TensorTypes.ToFloat32(Type, bytes, values);
        return values;
    }
}

/// <summary>The tensors of a checkpoint, handed out by name and expected shape, with a note of which were asked for.</summary>
/// <param name="source">The checkpoint's path, for messages.</param>
/// <param name="tensors">By name.</param>
internal sealed class Weights(string source, IReadOnlyDictionary<string, Weight> tensors)
{
    private readonly HashSet<string> _used = [];

    /// <summary>The checkpoint's path.</summary>
    public string Source => source;

    /// <summary>
    /// The tensors of a checkpoint. A strided view is read instead of referred to, and so is a tensor that does not lie
    /// at a multiple of its element's size, from which processors may not load it.
    /// </summary>
    public static Weights From(Checkpoint checkpoint) =>
        new(
            checkpoint.Path,
            checkpoint.Tensors.Values.ToDictionary(
                entry => entry.Name,
                entry =>
                    entry.Strides is null
                        ? Weight.At(entry.Type, entry.Shape, entry.File, entry.Offset, entry.Length)
                        : new Weight(entry.Type, entry.Shape, null, 0, 0, () => checkpoint.ReadFloat32(entry.Name)),
                StringComparer.Ordinal
            )
        );

    /// <summary>Names that no <see cref="Require"/> has asked for, sorted.</summary>
    public IEnumerable<string> Unused =>
        tensors.Keys.Where(name => !_used.Contains(name)).Order(StringComparer.Ordinal);

    /// <summary>
    /// The arithmetic, and the storage types of the tensors asked for so far where they are others: <c>fp32</c>,
    /// <c>fp32 (weights fp16)</c>.
    /// </summary>
    public string Precision
    {
        get
        {
            var types = _used.Select(name => ShortName(tensors[name].Type)).Distinct().Order(StringComparer.Ordinal);
            return string.Join(" and ", types) is var stored and not ("" or "fp32")
                ? $"fp32 (weights {stored})"
                : "fp32";
        }
    }

    /// <summary>All tensors by name, without noting that they were asked for.</summary>
    public IReadOnlyDictionary<string, Weight> All => tensors;

    /// <summary>Whether a tensor of this name exists.</summary>
    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="InputException">It is missing, has another shape, or is stored in a type that is no plain float.</exception>
    public Weight Require(string name, ReadOnlySpan<long> shape)
    {
        if (!tensors.TryGetValue(name, out var weight))
        {
            throw new InputException(
                $"{source}: tensor {name} is missing; the weights do not belong to this config or are incomplete."
            );
        }
        if (!shape.SequenceEqual(weight.Shape))
        {
            throw new InputException(
                $"{source}: tensor {name} has shape {Show(weight.Shape)}, but the config asks for {Show(shape)}."
            );
        }
        if (weight.Type is not (TensorType.Float32 or TensorType.Float16 or TensorType.BFloat16 or TensorType.Float64))
        {
            throw new InputException(
                $"{source}: tensor {name} is stored as {weight.Type}; float32, float16, bfloat16 and float64 are read."
            );
        }
        _used.Add(name);
        return weight;
    }

    /// <summary>Checks that a network has asked for every tensor, once it is emitted.</summary>
    /// <param name="others">Beginnings of the names of tensors that it need not ask for.</param>
    /// <exception cref="InputException">Some are left over; the message names them.</exception>
    public void RefuseUnused(params IReadOnlyList<string> others)
    {
        var left = Unused
            .Where(name => !others.Any(other => name.StartsWith(other, StringComparison.Ordinal)))
            .ToList();
        if (left.Count > 0)
        {
            throw new InputException(
                $"{source}: {(left.Count == 1 ? "1 tensor has" : $"{left.Count} tensors have")} no place in the network that the config describes, first {string.Join(", ", left.Take(3))}; the weights do not belong to this config."
            );
        }
    }

    /// <summary>A storage type as people name it: <c>fp16</c>.</summary>
    public static string ShortName(TensorType type) =>
        type switch
        {
            TensorType.Float16 => "fp16",
            TensorType.BFloat16 => "bf16",
            TensorType.Float64 => "fp64",
            _ => "fp32",
        };

    private static string Show(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
