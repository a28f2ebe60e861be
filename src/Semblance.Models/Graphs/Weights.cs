using Semblance.Models.Checkpoints;
using Semblance.Models.Devices;
using Semblance.Tensors;

namespace Semblance.Models.Graphs;

/// <summary>The tensors of a checkpoint, handed out by name and expected shape, with a note of which were asked for.</summary>
/// <param name="source">The checkpoint's path, for messages.</param>
/// <param name="tensors">By name.</param>
internal sealed class Weights(string source, IReadOnlyDictionary<string, TensorEntry> tensors)
{
    private readonly HashSet<string> _used = [];

    /// <summary>The path of the checkpoint, for messages.</summary>
    public string Source => source;

    /// <summary>All tensors of a checkpoint.</summary>
    public static Weights From(Checkpoint checkpoint) => new(checkpoint.Path, checkpoint.Tensors);

    /// <summary>Names that no <see cref="Require"/> has asked for, sorted.</summary>
    public IEnumerable<string> Unused =>
        tensors.Keys.Where(name => !_used.Contains(name)).Order(StringComparer.Ordinal);

    /// <summary>
    /// The arithmetic, and the storage types of the tensors asked for so far where they are others: <c>fp32</c>,
    /// <c>fp32 (weights fp16)</c>.
    /// </summary>
    /// <param name="arithmetic">In which the network calculates.</param>
    public string PrecisionUnder(Precision arithmetic) =>
        Described(arithmetic, _used.Select(name => ShortName(tensors[name].Type)));

    /// <summary>An arithmetic, and the types in which weights are stored where they are others.</summary>
    public static string Described(Precision arithmetic, IEnumerable<string> stored) =>
        string.Join(" and ", stored.Distinct().Order(StringComparer.Ordinal)) is var types
        && types.Length > 0
        && types != arithmetic.Word()
            ? $"{arithmetic.Word()} (weights {types})"
            : arithmetic.Word();

    /// <summary>All tensors by name, without noting that they were asked for.</summary>
    public IReadOnlyDictionary<string, TensorEntry> All => tensors;

    /// <summary>Whether a tensor of this name exists.</summary>
    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>The tensor of this name.</summary>
    /// <exception cref="InputException">It is missing, has another shape, or is stored in another type than F64, F32, F16 and BF16.</exception>
    public TensorEntry Require(string name, ReadOnlySpan<long> shape)
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

        if (!weight.Type.IsFloat())
        {
            throw new InputException(
                $"{source}: tensor {name} is stored as {weight.Type.SafeTensorsName()}; F32, F16, BF16 and F64 are read. Take the weights in one of these."
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
