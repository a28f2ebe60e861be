namespace Semblance.Models.Diffusion.Lora;

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
        if (LoraKind.Unsupported(file.Path, file.Tensors.Keys) is { } unsupported)
        {
            throw new InputException(unsupported);
        }

        var parsed = file.Tensors.Keys.Select(key => (Key: key, Parsed: LoraKey.Parse(key))).ToList();
        if (parsed.TrueForAll(pair => pair.Parsed is null))
        {
            List<string> keys = [.. file.Tensors.Keys];
            throw new InputException(
                LoraKind.Other(file.Path, keys)
                    ?? $"{file.Path} holds no LoRA: its {keys.Count} tensors ({Some(keys)}) have names of an unknown format."
            );
        }

        var placed = parsed
            .Select(pair => (pair.Key, pair.Parsed, Targets: pair.Parsed is { } key ? targets.Find(key.Module) : []))
            .ToLookup(row => row.Targets.Count > 0);
        List<string> unmatched = [.. placed[false].Select(row => row.Key)];
        RefuseUnmatched(file, unmatched, allowUnmatched);
        var layers = placed[true]
            .SelectMany(row =>
                row.Targets.Select(
                    (target, index) =>
                        (
                            Target: target,
                            Tensor: new LoraTensor(
                                row.Key,
                                row.Parsed!.Value.Part,
                                file.Tensors[row.Key],
                                index,
                                row.Targets.Count
                            )
                        )
                )
            )
            .GroupBy(row => row.Target, row => row.Tensor)
            .Select(group => new LoraModule(file, group.Key, [.. group], targets).Layer())
            .ToList();
        return (layers, unmatched);
    }

    private static void RefuseUnmatched(LoraFile file, List<string> unmatched, bool allowUnmatched)
    {
        var count = file.Tensors.Count;
        if (unmatched.Count == count)
        {
            throw new InputException(
                LoraKind.Other(file.Path, unmatched)
                    ?? $"{file.Path}: none of its {count} tensors ({Some(unmatched)}) has a place in this model; it was made for another base model."
            );
        }

        if (unmatched.Count > 0 && !allowUnmatched)
        {
            throw new InputException(
                LoraKind.Other(file.Path, unmatched)
                    ?? $"{file.Path}: {unmatched.Count} of its {count} tensors ({Some(unmatched)}) have no place in this model. It was probably made for another base model."
            )
            {
                Remedies = [new(RemedyKind.AllowUnmatchedLora)],
            };
        }
    }

    private static string Some(List<string> keys) =>
        string.Join(", ", keys.Take(NamesShown)) + (keys.Count > NamesShown ? " ..." : "");
}
