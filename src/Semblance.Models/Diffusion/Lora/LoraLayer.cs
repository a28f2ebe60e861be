using Semblance.Models.Checkpoints;
using Semblance.Tensors;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>What one file does to one module.</summary>
/// <param name="Target">The module.</param>
/// <param name="Down">A: [rank, input], or [rank, input, kernel, kernel].</param>
/// <param name="Up">B: [output, rank].</param>
/// <param name="Factor">Alpha over rank.</param>
/// <param name="Magnitude">DoRA's lengths of the rows, [output], or null.</param>
internal sealed record LoraLayer(
    LoraTarget Target,
    TensorEntry Down,
    TensorEntry Up,
    double Factor,
    TensorEntry? Magnitude
);

/// <summary>The layers of a LoRA file, each checked against the module that it changes.</summary>
internal static class LoraLayers
{
    private const int NamesShown = 3;

    /// <summary>Matches a file with a model.</summary>
    /// <param name="file">The file.</param>
    /// <param name="targets">The model's modules.</param>
    /// <param name="allowUnmatched">Whether tensors without a place in the model are left out instead of refused.</param>
    /// <returns>The layers, and the keys without a place.</returns>
    /// <exception cref="InputException">
    /// It is of another kind, holds no LoRA, is incomplete, does not fit in shape, or has tensors without a place.
    /// </exception>
    public static (IReadOnlyList<LoraLayer> Layers, IReadOnlyList<string> Unmatched) Match(
        LoraFile file,
        LoraTargets targets,
        bool allowUnmatched
    )
    {
        foreach (var key in file.Tensors.Keys)
        {
            if (LoraKey.OtherKind(key) is { } kind)
            {
                throw new InputException(
                    $"{file.Path} is a {kind} adapter (tensor {key}), which is not supported; LoRA and DoRA are."
                );
            }
        }

        var parsed = file.Tensors.Keys.Select(key => (Key: key, Parsed: LoraKey.Parse(key))).ToList();
        if (parsed.TrueForAll(pair => pair.Parsed is null))
        {
            throw new InputException(
                $"{file.Path} holds no LoRA: its {parsed.Count} tensors ({Some([.. parsed.Select(pair => pair.Key)])}) have names of an unknown format."
            );
        }

        var unmatched = parsed
            .Where(pair => pair.Parsed is not { } key || targets.Find(key.Module) is null)
            .Select(pair => pair.Key)
            .ToList();
        if (unmatched.Count == parsed.Count)
        {
            throw new InputException(
                $"{file.Path}: none of its {parsed.Count} tensors ({Some(unmatched)}) has a place in this model; it was made for another base model."
            );
        }

        if (unmatched.Count > 0 && !allowUnmatched)
        {
            throw new InputException(
                $"{file.Path}: {unmatched.Count} of its {parsed.Count} tensors ({Some(unmatched)}) have no place in this model. It was probably made for another base model."
            )
            {
                Remedies = [new(RemedyKind.AllowUnmatchedLora)],
            };
        }

        var layers = parsed
            .Where(pair => pair.Parsed is { } key && targets.Find(key.Module) is not null)
            .GroupBy(pair => targets.Find(pair.Parsed!.Value.Module)!.Value)
            .Select(group =>
                Layer(file, group.Key, [.. group.Select(pair => (pair.Key, pair.Parsed!.Value.Part))], targets)
            )
            .ToList();
        return (layers, unmatched);
    }

    private static LoraLayer Layer(
        LoraFile file,
        LoraTarget target,
        IReadOnlyList<(string Key, LoraPart Part)> keys,
        LoraTargets targets
    )
    {
        foreach (var twice in keys.GroupBy(key => key.Part).Where(group => group.Count() > 1))
        {
            throw new InputException(
                $"{file.Path}: {string.Join(" and ", twice.Select(key => key.Key))} are both for {target.Component}.{target.Module}."
            );
        }

        string? KeyOf(LoraPart part) => keys.FirstOrDefault(key => key.Part == part).Key;
        if (KeyOf(LoraPart.Down) is not { } down || KeyOf(LoraPart.Up) is not { } up)
        {
            var missing =
                KeyOf(LoraPart.Up) is not null ? "first (down, A) matrix"
                : KeyOf(LoraPart.Down) is not null ? "second (up, B) matrix"
                : "pair of matrices";
            // An alpha is named only where there is neither matrix.
            var alone = KeyOf(LoraPart.Down) ?? KeyOf(LoraPart.Up) ?? keys[0].Key;
            throw new InputException(
                $"{file.Path}: {alone} is there, but the {missing} of {target.Component}.{target.Module} is missing; the file is incomplete."
            );
        }

        var (a, b) = Fit(file, (down, up), targets.WeightOf(target).Shape, target);
        var rank = a.Shape[0];
        var factor = KeyOf(LoraPart.Alpha) is { } alpha
            ? file.Number(alpha) / rank
            : file.Metadata.Factor(target.Component, target.Module, rank) ?? 1;
        var magnitude = KeyOf(LoraPart.Magnitude) is { } key ? Magnitude(file, key, b.Shape[0]) : null;
        return new LoraLayer(target, a, b, factor, magnitude);
    }

    /// <summary>The two matrices in the shapes of the module: files write linear layers as convolutions and the reverse.</summary>
    private static (TensorEntry Down, TensorEntry Up) Fit(
        LoraFile file,
        (string Down, string Up) keys,
        long[] weight,
        LoraTarget target
    )
    {
        var (down, up) = (file.Tensors[keys.Down], file.Tensors[keys.Up]);
        var (a, b) = (Trimmed(down.Shape, weight.Length), Trimmed(up.Shape, 2));
        if (a is not [var rank, ..] || rank == 0 || !a.AsSpan(1).SequenceEqual(weight.AsSpan(1)))
        {
            throw Misfit(keys.Down, down);
        }

        if (b is not [var outputs, var upRank] || outputs != weight[0])
        {
            throw Misfit(keys.Up, up);
        }

        return upRank == rank
            ? (Float(file, keys.Down, down with { Shape = a }), Float(file, keys.Up, up with { Shape = b }))
            : throw new InputException(
                $"{file.Path}: {keys.Up} has rank {upRank}, but {keys.Down} has rank {rank}; the file is damaged."
            );

        InputException Misfit(string key, TensorEntry matrix) =>
            new(
                $"{file.Path}: {key} has shape [{string.Join(", ", matrix.Shape)}], which does not fit {target.Component}.{target.Module} [{string.Join(", ", weight)}]; it was made for another base model."
            );
    }

    /// <summary>A shape with this many axes, where axes of size 1 at its end can be dropped or added to reach it.</summary>
    private static long[] Trimmed(long[] shape, int axes)
    {
        while (shape.Length > axes && shape[^1] == 1)
        {
            shape = shape[..^1];
        }

        return [.. shape, .. Enumerable.Repeat(1L, Math.Max(0, axes - shape.Length))];
    }

    private static TensorEntry Magnitude(LoraFile file, string key, long outputs)
    {
        var weight = file.Tensors[key];
        // [output], [output, 1], or, beside a convolution in peft, [1, output, 1, 1]; [1, input] is another decomposition.
        var fits =
            weight.Count == outputs
            && (weight.Shape[0] == outputs || (weight.Shape.Length == 4 && weight.Shape[1] == outputs));
        return fits
            ? Float(file, key, weight)
            : throw new InputException(
                $"{file.Path}: {key} has shape [{string.Join(", ", weight.Shape)}]; DoRA is supported with one length for each of the {outputs} outputs."
            );
    }

    private static TensorEntry Float(LoraFile file, string key, TensorEntry weight) =>
        weight.Type.IsFloat()
            ? weight
            : throw new InputException(
                $"{file.Path}: {key} is stored as {weight.Type}; float32, float16, bfloat16 and float64 are read."
            );

    private static string Some(List<string> keys) =>
        string.Join(", ", keys.Take(NamesShown)) + (keys.Count > NamesShown ? " ..." : "");
}
