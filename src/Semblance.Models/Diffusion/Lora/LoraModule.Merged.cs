namespace Semblance.Models.Diffusion.Lora;

/// <content>Changes that are not low-rank and are merged into the weight: LoCon with a core, LoHa, LoKr and whole ones.</content>
internal sealed partial class LoraModule
{
    private MergedLayer Tucker(LoraTensor core, LoraTensor down, LoraTensor up)
    {
        var (a, b, c) = (Trimmed(down.Entry.Shape, 2), Trimmed(up.Entry.Shape, 2), core.Entry.Shape);
        return
            core.Count == 1
            && c.Length == 4
            && a.Length == 2
            && b.Length == 2
            && _weight.AsSpan().SequenceEqual([b[0], a[1], c[2], c[3]])
            && b[1] == c[0]
            && a[0] == c[1]
            ? Merged(
                new WeightFormula.Tucker(
                    core.Entry,
                    up.Entry with
                    {
                        Shape = b,
                    },
                    down.Entry with
                    {
                        Shape = a,
                    },
                    LeftTransposed: true
                ),
                a[0]
            )
            : throw Misfit(core);
    }

    /// <summary>One of the two matrices of LoHa, which is a product or has a core.</summary>
    private WeightFormula Half(LoraPart left, LoraPart right, LoraPart core)
    {
        var (a, b) = (Required(left), Required(right));
        if (!_parts.TryGetValue(core, out var middle))
        {
            var inputs = b.Count / Math.Max(1, b.Shape.FirstOrDefault());
            return
                a.Shape.Length == 2
                && b.Shape.Length >= 2
                && a.Shape[1] == b.Shape[0]
                && a.Shape[0] == _weight[0]
                && inputs == Inputs
                ? new WeightFormula.Product(a, b)
                : throw Misfit(_parts[left]);
        }

        var c = middle.Entry.Shape;
        return
            c.Length == 4
            && a.Shape.Length == 2
            && b.Shape.Length == 2
            && _weight.AsSpan().SequenceEqual([a.Shape[1], b.Shape[1], c[2], c[3]])
            && a.Shape[0] == c[0]
            && b.Shape[0] == c[1]
            ? new WeightFormula.Tucker(middle.Entry, a, b, LeftTransposed: false)
            : throw Misfit(middle);
    }

    private MergedLayer LoKr()
    {
        var (coarse, a, b, rank1) = Kron(LoraPart.Kron1, LoraPart.Kron1A, LoraPart.Kron1B, core: null);
        var (fine, c, d, rank2) = Kron(LoraPart.Kron2, LoraPart.Kron2A, LoraPart.Kron2B, LoraPart.Kron2Core);
        if (a * c != _weight[0] || b * d != Inputs)
        {
            throw Misfit(
                _parts.GetValueOrDefault(LoraPart.Kron2)
                    ?? _parts[_parts.ContainsKey(LoraPart.Kron2Core) ? LoraPart.Kron2Core : LoraPart.Kron2A]
            );
        }
        // Two whole matrices have no rank, and LyCORIS does not scale them.
        return Merged(new WeightFormula.Kronecker(coarse, fine, (a, b, c, d)), rank2 ?? rank1);
    }

    /// <summary>One of the two matrices of LoKr with its sizes: whole, a product, or with a core.</summary>
    private (WeightFormula Formula, long Rows, long Columns, long? Rank) Kron(
        LoraPart whole,
        LoraPart left,
        LoraPart right,
        LoraPart? core
    )
    {
        if (_parts.TryGetValue(whole, out var stored))
        {
            return stored.Entry.Shape is [var rows and > 0, ..]
                ? (new WeightFormula.Stored(stored.Entry), rows, stored.Entry.Count / rows, null)
                : throw Misfit(stored);
        }

        var (a, b) = (Required(left), Required(right));
        if (core is { } part && _parts.TryGetValue(part, out var middle))
        {
            var c = middle.Entry.Shape;
            return
                c.Length == 4 && a.Shape.Length == 2 && b.Shape.Length == 2 && a.Shape[0] == c[0] && b.Shape[0] == c[1]
                ? (
                    new WeightFormula.Tucker(middle.Entry, a, b, LeftTransposed: false),
                    a.Shape[1],
                    b.Shape[1] * c[2] * c[3],
                    b.Shape[0]
                )
                : throw Misfit(middle);
        }

        return a.Shape.Length == 2 && b.Shape.Length >= 2 && b.Shape[0] > 0 && a.Shape[1] == b.Shape[0]
            ? (new WeightFormula.Product(a, b), a.Shape[0], b.Count / b.Shape[0], b.Shape[0])
            : throw Misfit(_parts[left]);
    }

    private MergedLayer Full()
    {
        var bias = _parts.GetValueOrDefault(LoraPart.WholeBias);
        if (bias is not null && bias.Entry.Count != _bias)
        {
            throw new InputException(
                $"{_file.Path}: {bias.Key} changes a bias of {bias.Entry.Count} numbers, and {Name} has {(_bias is null ? "none" : $"one of {_bias}")}; it was made for another base model."
            );
        }

        if (!_parts.TryGetValue(LoraPart.Whole, out var whole))
        {
            return new MergedLayer(_target, null, 1, bias!.Entry, null);
        }

        return Trimmed(whole.Entry.Shape, _weight.Length).AsSpan().SequenceEqual(_weight)
            ? new MergedLayer(_target, new WeightFormula.Stored(whole.Entry), 1, bias?.Entry, Lengths())
            : throw Misfit(whole);
    }

    private MergedLayer Merged(WeightFormula formula, long? rank) =>
        new(_target, formula, rank is { } some ? Factor(some) : 1, Bias: null, Lengths());
}
