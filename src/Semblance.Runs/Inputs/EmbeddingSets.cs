using System.Runtime.InteropServices;
using Semblance.Consistency;
using Semblance.Runs.Formats;
using Semblance.Tensors;
using Semblance.Wording;

namespace Semblance.Runs.Inputs;

/// <summary>Sets of embeddings that were made elsewhere.</summary>
internal static class EmbeddingSets
{
    private const int NamedFiles = 3;

    /// <summary>One set per 2-D tensor; its name is <c>prompt</c> (the model is named by the file) or <c>model/prompt</c>, split at the first slash.</summary>
    public static EmbeddingInput ReadSafeTensors(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        List<EmbeddingSet> sets = [];
        foreach ((var name, var entry) in file.Header.Tensors)
        {
            if (entry.Shape is not [> 0, > 0 and <= int.MaxValue])
            {
                throw new InputException(
                    $"{path}: tensor \"{name}\" has the shape [{string.Join(", ", entry.Shape)}]; expected [images, dimension]."
                );
            }

            var slash = name.IndexOf('/', StringComparison.Ordinal);
            (var model, var prompt) =
                slash < 0 ? (Path.GetFileNameWithoutExtension(path), name) : (name[..slash], name[(slash + 1)..]);
            var dimension = (int)entry.Shape[1];
            var vectors =
                entry.Type == TensorType.Float64
                    ? DoublePrecision.Round(MemoryMarshal.Cast<byte, double>(file.ReadBytes(name)), dimension)
                    : file.ReadFloat32(name);
            sets.Add(new EmbeddingSet(model, prompt, null, vectors, dimension));
        }

        return Check(path, sets, promptsAreRaw: true) with
        {
            Rounded = file.Header.Tensors.Values.Any(entry => entry.Type == TensorType.Float64),
        };
    }

    /// <summary>Takes the rows out that have no direction, as bad ones, and checks how the sets go together.</summary>
    /// <exception cref="InputException">Several dimensions, a set given twice, or no set at all.</exception>
    public static EmbeddingInput Check(string path, IReadOnlyList<EmbeddingSet> sets, bool promptsAreRaw)
    {
        if (sets.Count == 0)
        {
            throw new InputException($"{path} holds no embeddings.");
        }

        List<SkippedFile> bad = [];
        EmbeddingSet[] usable =
        [
            .. sets.Select(set =>
                Usable(
                    set,
                    (rows, fault) => bad.Add(new SkippedFile($"{path}, {rows} of the set {set.Quoted()}", fault))
                )
            ),
        ];
        return Join([
            new EmbeddingInput([.. usable.Where(set => set.Count > 0)], Path.GetFileName(path), promptsAreRaw)
            {
                Bad = bad,
                Lost = [.. usable.Where(set => set.Count == 0).Select(set => (set.Model, set.Prompt))],
            },
        ]);
    }

    private static EmbeddingSet Usable(EmbeddingSet set, Action<string, string> tell)
    {
        string?[] faults =
        [
            .. Enumerable
                .Range(0, set.Count)
                .Select(row => FaultOf(set.Vectors.Span.Slice(row * set.Dimension, set.Dimension))),
        ];
        int[] kept = [.. Enumerable.Range(0, set.Count).Where(row => faults[row] is null)];
        if (kept.Length == 0 && faults.Distinct().Count() == 1 && set.Count > 1)
        {
            tell($"all {set.Count} rows", faults[0]!);
        }
        else
        {
            foreach (var row in Enumerable.Range(0, set.Count).Where(row => faults[row] is not null))
            {
                tell($"row {set.NameOf(row)}", faults[row]!);
            }
        }

        if (kept.Length == set.Count)
        {
            return set;
        }

        var vectors = new float[kept.Length * set.Dimension];
        for (var i = 0; i < kept.Length; i++)
        {
            set.Vectors.Span.Slice(kept[i] * set.Dimension, set.Dimension).CopyTo(vectors.AsSpan(i * set.Dimension));
        }

        return set with
        {
            // Rows are called by what they were before others were taken out.
            Names = [.. kept.Select(set.NameOf)],
            Seeds = set.Seeds is null ? null : [.. kept.Select(row => set.Seeds[row])],
            Vectors = vectors,
        };
    }

    private static string? FaultOf(ReadOnlySpan<float> vector)
    {
        var finite = true;
        foreach (var value in vector)
        {
            finite &= float.IsFinite(value);
        }

        return !finite ? "holds NaN or infinity"
            : !vector.ContainsAnyExcept(0f) ? "is all zero"
            : null;
    }

    /// <summary>Several files as one input, sorted by model, then prompt (ordinal).</summary>
    public static EmbeddingInput Join(IReadOnlyList<EmbeddingInput> inputs)
    {
        EmbeddingSet[] sets =
        [
            .. inputs
                .SelectMany(input => input.Sets)
                .OrderBy(set => set.Model, StringComparer.Ordinal)
                .ThenBy(set => set.Prompt, StringComparer.Ordinal),
        ];
        string[] files = [.. inputs.Select(input => input.Source)];
        var source =
            string.Join(", ", files.Take(NamedFiles))
            + (files.Length > NamedFiles ? $" and {files.Length - NamedFiles} more" : "");
        if (sets.Select(set => set.Dimension).Distinct().Skip(1).Any())
        {
            var other = sets.First(set => set.Dimension != sets[0].Dimension);
            throw new InputException(
                $"{source}: the set {sets[0].Quoted()} has {sets[0].Dimension} dimensions and {other.Quoted()} has {other.Dimension}; embeddings of several encoders cannot be scored together."
            );
        }

        foreach ((var first, var second) in sets.Zip(sets.Skip(1)))
        {
            if (first.Model == second.Model && first.Prompt == second.Prompt)
            {
                throw new InputException(
                    $"{source}: the set {QuotedPrompt.Of(first.Prompt)}{(first.Model.Length > 0 ? $" of the model \"{first.Model}\"" : "")} is given twice; give each model a folder of its own, <model>/{first.Prompt}.npy, or name the tensors <model>/{first.Prompt}."
                );
            }
        }

        return new EmbeddingInput(sets, source, inputs.All(input => input.PromptsAreRaw))
        {
            Bad = [.. inputs.SelectMany(input => input.Bad)],
            Empty = [.. inputs.SelectMany(input => input.Empty)],
            Lost = [.. inputs.SelectMany(input => input.Lost)],
            Rounded = inputs.Any(input => input.Rounded),
            Notes = [.. inputs.SelectMany(input => input.Notes)],
        };
    }
}
