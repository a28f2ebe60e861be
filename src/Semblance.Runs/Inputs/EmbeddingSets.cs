using Parquet;
using Parquet.Schema;
using Semblance.Prompts;
using Semblance.Tensors;

namespace Semblance.Runs.Inputs;

/// <summary>Sets of embeddings that were made elsewhere.</summary>
internal static class EmbeddingSets
{
    private const int NamedFiles = 3;

    /// <summary>One set per 2-D tensor; its name is <c>prompt</c> (the model is named by the file) or <c>model/prompt</c>, split at the first slash.</summary>
    public static EmbeddingInput ReadSafeTensors(string path)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        List<EmbeddingSet> sets = [];
        foreach ((string name, SafeTensorEntry entry) in file.Header.Tensors)
        {
            if (entry.Shape is not [> 0, > 0 and <= int.MaxValue])
            {
                throw new InputException(
                    $"{path}: tensor \"{name}\" has the shape [{string.Join(", ", entry.Shape)}]; expected [images, dimension]."
                );
            }

            int slash = name.IndexOf('/', StringComparison.Ordinal);
            (string model, string prompt) =
                slash < 0 ? (Path.GetFileNameWithoutExtension(path), name) : (name[..slash], name[(slash + 1)..]);
            sets.Add(new EmbeddingSet(model, prompt, null, file.ReadFloat32(name), (int)entry.Shape[1]));
        }

        return Check(path, sets, promptsAreRaw: true);
    }

    /// <summary>A column <c>embedding</c> (list of float32 or float64) and optional <c>model</c>, <c>prompt</c>, <c>seed</c>, <c>path</c>.</summary>
    public static async Task<EmbeddingInput> ReadParquetAsync(string path, ParquetReader reader)
    {
        async Task<string?[]?> Column(string name) =>
            ParquetTable.Find(reader, name) is { } field ? await ParquetTable.TextAsync(reader, field) : null;

        List<float[]> vectors = await VectorsAsync(path, reader, ParquetTable.Find(reader, "embedding")!);
        string?[]? models = await Column("model");
        string?[]? prompts = await Column("prompt");
        string?[]? names = await Column("path") ?? await Column("seed");
        string own = Path.GetFileNameWithoutExtension(path);
        EmbeddingSet[] sets =
        [
            .. Enumerable
                .Range(0, vectors.Count)
                .GroupBy(row => (Model: models?[row] ?? (prompts is null ? "" : own), Prompt: prompts?[row] ?? own))
                .Select(set => new EmbeddingSet(
                    set.Key.Model,
                    set.Key.Prompt,
                    [.. set.Select(row => names?[row] ?? $"{row}")],
                    Concatenate(path, set.Select(row => vectors[row])),
                    vectors[set.First()].Length
                )),
        ];
        return Check(path, sets, promptsAreRaw: prompts is not null);
    }

    /// <summary>Checks numbers and dimensions.</summary>
    /// <exception cref="InputException">NaN, infinity, a zero row, several dimensions, a set given twice, or no set at all.</exception>
    public static EmbeddingInput Check(string path, IReadOnlyList<EmbeddingSet> sets, bool promptsAreRaw)
    {
        if (sets.Count == 0)
        {
            throw new InputException($"{path} holds no embeddings.");
        }

        foreach (EmbeddingSet set in sets)
        {
            ReadOnlySpan<float> values = set.Vectors.Span;
            for (int row = 0; row < set.Count; row++)
            {
                ReadOnlySpan<float> vector = values.Slice(row * set.Dimension, set.Dimension);
                bool finite = true;
                foreach (float value in vector)
                {
                    finite &= float.IsFinite(value);
                }

                string? fault =
                    !finite ? "holds NaN or infinity"
                    : !vector.ContainsAnyExcept(0f) ? "is all zero"
                    : null;
                if (fault is not null)
                {
                    throw new InputException(
                        $"{path}: row {set.NameOf(row)} of the set {set.Quoted()} {fault}; leave it out or embed the image again."
                    );
                }
            }
        }

        return Join([new EmbeddingInput(sets, Path.GetFileName(path), promptsAreRaw)]);
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
        string source =
            string.Join(", ", files.Take(NamedFiles))
            + (files.Length > NamedFiles ? $" and {files.Length - NamedFiles} more" : "");
        if (sets.Select(set => set.Dimension).Distinct().Skip(1).Any())
        {
            EmbeddingSet other = sets.First(set => set.Dimension != sets[0].Dimension);
            throw new InputException(
                $"{source}: the set {sets[0].Quoted()} has {sets[0].Dimension} dimensions and {other.Quoted()} has {other.Dimension}; embeddings of several encoders cannot be scored together."
            );
        }

        foreach ((EmbeddingSet first, EmbeddingSet second) in sets.Zip(sets.Skip(1)))
        {
            if (first.Model == second.Model && first.Prompt == second.Prompt)
            {
                throw new InputException(
                    $"{source}: the set {QuotedPrompt.Of(first.Prompt)}{(first.Model.Length > 0 ? $" of the model \"{first.Model}\"" : "")} is given twice; give each model a folder of its own, <model>/{first.Prompt}.npy, or name the tensors <model>/{first.Prompt}."
                );
            }
        }

        return new EmbeddingInput(sets, source, inputs.All(input => input.PromptsAreRaw));
    }

    private static float[] Concatenate(string path, IEnumerable<float[]> rows)
    {
        float[][] vectors = [.. rows];
        float[]? odd = Array.Find(vectors, vector => vector.Length != vectors[0].Length);
        return odd is null
            ? [.. vectors.SelectMany(vector => vector)]
            : throw new InputException(
                $"{path}: embeddings of {vectors[0].Length} and of {odd.Length} numbers in one set."
            );
    }

    private static async Task<List<float[]>> VectorsAsync(string path, ParquetReader reader, DataField field)
    {
        List<float[]> vectors = [];
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            using ParquetRowGroupReader rows = reader.OpenRowGroupReader(group);
            float[] values;
            ReadOnlyMemory<int> starts;
            if (field.ClrType == typeof(float))
            {
                (values, starts) = await ListsAsync<float>(path, rows, field);
            }
            else if (field.ClrType == typeof(double))
            {
                (double[] wide, starts) = await ListsAsync<double>(path, rows, field);
                values = Array.ConvertAll(wide, value => (float)value);
            }
            else
            {
                throw new InputException(
                    $"{path}: column \"embedding\" holds {field.ClrType.Name}; expected lists of float or double."
                );
            }

            // Repetition level 0 starts a new row.
            int start = 0;
            for (int i = 1; i <= values.Length; i++)
            {
                if (i == values.Length || starts.Span[i] == 0)
                {
                    vectors.Add(values[start..i]);
                    start = i;
                }
            }
        }

        return vectors;
    }

    private static async Task<(T[] Values, ReadOnlyMemory<int> Levels)> ListsAsync<T>(
        string path,
        ParquetRowGroupReader rows,
        DataField field
    )
        where T : struct
    {
        if (field.MaxRepetitionLevel != 1)
        {
            throw new InputException($"{path}: column \"embedding\" must hold lists of numbers.");
        }

        int count = checked((int)(rows.GetMetadata(field)?.MetaData?.NumValues ?? 0));
        T[] values = new T[count];
        int[] present = new int[count];
        int[] levels = new int[count];
        await rows.ReadRawAsync<T>(field, values, present.AsMemory(), levels.AsMemory(), default);
        return Array.TrueForAll(present, level => level == field.MaxDefinitionLevel)
            ? (values, levels)
            : throw new InputException($"{path}: column \"embedding\" has rows without numbers; leave them out.");
    }
}
