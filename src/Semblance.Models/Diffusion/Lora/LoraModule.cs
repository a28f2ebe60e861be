using Semblance.Models.Checkpoints;
using Semblance.Tensors;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>All that a file holds for one module, and the layer that follows from it.</summary>
internal sealed partial class LoraModule
{
    private readonly LoraFile _file;
    private readonly LoraTarget _target;
    private readonly Dictionary<LoraPart, LoraTensor> _parts;
    private readonly long[] _weight;
    private readonly long? _bias;

    /// <summary>Takes the tensors of a module.</summary>
    /// <exception cref="InputException">Two are for the same, or one is of no numbers.</exception>
    public LoraModule(LoraFile file, LoraTarget target, IReadOnlyList<LoraTensor> tensors, LoraTargets targets)
    {
        (_file, _target) = (file, target);
        foreach (var twice in tensors.GroupBy(tensor => tensor.Part).Where(group => group.Count() > 1))
        {
            throw new InputException(
                $"{file.Path}: {string.Join(" and ", twice.Select(tensor => tensor.Key))} are both for {Name}."
            );
        }

        _parts = tensors.ToDictionary(tensor => tensor.Part);
        _weight = targets.WeightOf(target).Shape;
        _bias = targets.Components[target.Component].All.GetValueOrDefault($"{target.Module}.bias")?.Count;
        foreach (var tensor in tensors.Where(tensor => tensor.Part != LoraPart.Alpha && !tensor.Entry.Type.IsFloat()))
        {
            throw new InputException(
                $"{file.Path}: {tensor.Key} is stored as {tensor.Entry.Type.SafeTensorsName()}; floating-point numbers are read."
            );
        }
    }

    private string Name => $"{_target.Component}.{_target.Module}";

    private long Inputs => _weight.Skip(1).Aggregate(1L, (product, size) => product * size);

    /// <summary>Puts the parts together into what is done to the module.</summary>
    /// <exception cref="InputException">Parts are missing, do not fit, or are of several kinds.</exception>
    public LoraLayer Layer()
    {
        var kinds = _parts.Keys.Select(KindOf).Where(kind => kind.Length > 0).Distinct().ToList();
        return kinds switch
        {
            [] or ["LoRA"] => LowRank(),
            _ when _parts.Values.Any(tensor => tensor.Count > 1) => throw new InputException(
                $"{_file.Path}: {_parts.Values.First().Key} is a {kinds[0]} of several layers that are one in the original network, which is not supported; LoRA of them is."
            ),
            ["LoHa"] => Merged(
                new WeightFormula.Hadamard(
                    Half(LoraPart.Hada1A, LoraPart.Hada1B, LoraPart.Hada1Core),
                    Half(LoraPart.Hada2A, LoraPart.Hada2B, LoraPart.Hada2Core)
                ),
                Required(LoraPart.Hada1B).Shape[0]
            ),
            ["LoKr"] => LoKr(),
            ["full"] => Full(),
            [var one, var other, ..] => throw new InputException(
                $"{_file.Path}: {Name} has tensors of {one} and of {other} at once; the file is damaged."
            ),
            _ => throw new InvalidOperationException($"No such kind: {kinds[0]}."),
        };
    }

    private static string KindOf(LoraPart part) =>
        part switch
        {
            LoraPart.Alpha or LoraPart.Magnitude or LoraPart.Scale => "",
            LoraPart.Down or LoraPart.Up or LoraPart.Middle => "LoRA",
            LoraPart.Whole or LoraPart.WholeBias => "full",
            < LoraPart.Kron1 => "LoHa",
            _ => "LoKr",
        };

    private LoraLayer LowRank()
    {
        var (down, up) = (_parts.GetValueOrDefault(LoraPart.Down), _parts.GetValueOrDefault(LoraPart.Up));
        if (down is null || up is null)
        {
            var missing =
                up is not null ? "first (down, A) matrix"
                : down is not null ? "second (up, B) matrix"
                : "pair of matrices";
            throw Incomplete((down ?? up ?? _parts.Values.First()).Key, missing);
        }

        if (_parts.TryGetValue(LoraPart.Middle, out var core))
        {
            return Tucker(core, down, up);
        }

        var (a, b) = Fit(down, up);
        return Lengths() is { Axis: 1 }
            ? Merged(new WeightFormula.Product(b, a), a.Shape[0])
            : new LowRankLayer(_target, a, b, Factor(a.Shape[0]), Lengths()?.Values);
    }

    /// <summary>The two matrices in the shapes of the module: files write linear layers as convolutions and the reverse.</summary>
    private (TensorEntry Down, TensorEntry Up) Fit(LoraTensor down, LoraTensor up)
    {
        var (a, b) = (Trimmed(down.Entry.Shape, _weight.Length), Trimmed(up.Entry.Shape, 2));
        if (a is not [var rank, ..] || rank == 0 || !a.AsSpan(1).SequenceEqual(_weight.AsSpan(1)))
        {
            throw Misfit(down);
        }

        if (b is not [var outputs, var upRank] || outputs != _weight[0] * up.Count)
        {
            throw Misfit(up);
        }

        return upRank == rank
            ? (down.Entry with { Shape = a }, (up.Entry with { Shape = b }).Part(up.Index, up.Count))
            : throw new InputException(
                $"{_file.Path}: {up.Key} has rank {upRank}, but {down.Key} has rank {rank}; the file is damaged."
            );
    }

    private double Factor(long rank) =>
        _parts.TryGetValue(LoraPart.Alpha, out var alpha)
            ? _file.Number(alpha.Key) / rank
            : _file.Metadata.Factor(_target.Component, _target.Module, rank) ?? 1;

    /// <summary>DoRA's lengths and the axis that they belong to.</summary>
    private (TensorEntry Values, int Axis)? Lengths()
    {
        if (
            !_parts.TryGetValue(LoraPart.Magnitude, out var lengths) && !_parts.TryGetValue(LoraPart.Scale, out lengths)
        )
        {
            return null;
        }

        var (entry, shape, outputs) = (lengths.Entry, lengths.Entry.Shape, _weight[0] * lengths.Count);
        // [output], [output, 1]; LyCORIS: [1, input, 1, 1] for columns; peft beside a convolution: [1, output, 1, 1].
        var second = shape.Length > 1 && shape[0] == 1 && shape[1] == entry.Count;
        return shape.Length > 0 && entry.Count == outputs && shape[0] == outputs ? (Rows(), 0)
            : lengths.Part == LoraPart.Scale && second && entry.Count == _weight[1] ? (entry, 1)
            : second && shape.Length == 4 && entry.Count == outputs ? (Rows(), 0)
            : throw new InputException(
                $"{_file.Path}: {lengths.Key} has shape [{string.Join(", ", shape)}]; DoRA has one length for each of the {outputs} outputs of {Name}, or for each of its {_weight[1]} inputs."
            );

        TensorEntry Rows()
        {
            long[]? step = entry.Strides is { } strides ? [strides[Array.IndexOf(shape, outputs)]] : null;
            return (entry with { Shape = [outputs], Strides = step }).Part(lengths.Index, lengths.Count);
        }
    }

    /// <summary>A part that must be there.</summary>
    private TensorEntry Required(LoraPart part) =>
        _parts.TryGetValue(part, out var tensor)
            ? tensor.Entry.Shape.Length > 0
                ? tensor.Entry
                : throw Misfit(tensor)
            : throw Incomplete(_parts.Values.First(other => other.Part != LoraPart.Alpha).Key, LoraKey.NameOf(part));

    private InputException Incomplete(string key, string missing) =>
        new($"{_file.Path}: {key} is there, but the {missing} of {Name} is missing; the file is incomplete.");

    private InputException Misfit(LoraTensor tensor) =>
        new(
            $"{_file.Path}: {tensor.Key} has shape [{string.Join(", ", tensor.Entry.Shape)}], which does not fit {Name} [{string.Join(", ", _weight)}]; it was made for another base model."
        );

    /// <summary>A shape with this many axes, where axes of size 1 at its end can be dropped or added to reach it.</summary>
    private static long[] Trimmed(long[] shape, int axes)
    {
        while (shape.Length > axes && shape[^1] == 1)
        {
            shape = shape[..^1];
        }

        return [.. shape, .. Enumerable.Repeat(1L, Math.Max(0, axes - shape.Length))];
    }
}
