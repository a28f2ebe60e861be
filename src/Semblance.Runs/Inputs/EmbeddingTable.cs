using Semblance.Consistency;
using Semblance.Runs.Formats;
using Semblance.Wording;

namespace Semblance.Runs.Inputs;

/// <summary>Tables of embeddings: <c>embedding</c> (numbers) and optional <c>model</c>, <c>prompt</c>, <c>seed</c>, <c>path</c>.</summary>
internal static class EmbeddingTable
{
    /// <summary>One set per model and prompt. Rows without numbers, or without a prompt or model that others have, are bad.</summary>
    /// <exception cref="InputException">No row can be used, a seed twice in a set, or embeddings of several lengths.</exception>
    public static EmbeddingInput Read(TableFile table)
    {
        var path = table.Path;
        var cells = table.Read([.. RowNames.Columns, "path"], "embedding");
        var names = new RowNames(CompressedFile.NameOf(path), cells);
        List<SkippedFile> bad = [];
        List<int> usable = [];
        for (var i = 0; i < cells.Count; i++)
        {
            var fault =
                names.FaultOf(i, "the embedding")
                ?? (cells.Vectors[i].Fault is { } why ? $"the embedding {why}" : null);
            if (fault is null)
            {
                usable.Add(i);
            }
            else
            {
                bad.Add(new SkippedFile($"{path}, {cells.Place(i)}", fault));
            }
        }

        if (usable.Count == 0 && bad.Count > 0)
        {
            throw new InputException(
                Listing.Of([
                    $"No row of {path} can be used:",
                    .. bad.Select(row => $"  {row.Path[(path.Length + 2)..]}: {row.Reason}"),
                ])
            );
        }

        (string Model, string Prompt) Set(int row) => (names.Model(row), names.Prompt(row));
        RequireOnce(path, usable.Where(row => names.Seed(row) is not null).Select(row => (Set(row), names.Seed(row)!)));
        EmbeddingSet[] sets =
        [
            .. usable
                .GroupBy(Set)
                .Select(set => new EmbeddingSet(
                    set.Key.Model,
                    set.Key.Prompt,
                    [.. set.Select(row => cells.Cell(RowNames.Columns.Length, row) ?? names.Seed(row) ?? $"{row}")],
                    Concatenate(path, cells, [.. set]),
                    cells.Vectors[set.First()].Values!.Length
                )
                {
                    Seeds = set.All(row => names.Seed(row) is not null)
                        ? [.. set.Select(row => names.Seed(row)!)]
                        : null,
                }),
        ];
        var input = EmbeddingSets.Check(path, sets, names.HasPrompts);
        return input with
        {
            Rounded = cells.Rounded,
            Bad = [.. bad, .. input.Bad],
            Notes = table.Numbered is { } numbered ? [numbered.Note(path)] : [],
        };
    }

    private static void RequireOnce(string path, IEnumerable<((string Model, string Prompt) Set, string Seed)> rows)
    {
        HashSet<((string, string), string)> seen = [];
        string[] twice =
        [
            .. rows.Where(row => !seen.Add(row))
                .Select(row =>
                    $"  model \"{row.Set.Model}\", prompt {QuotedPrompt.Of(row.Set.Prompt)}, seed {row.Seed}"
                ),
        ];
        if (twice.Length > 0)
        {
            throw new InputException(
                Listing.Of([$"{path} gives these embeddings twice (the same model, prompt and seed):", .. twice])
            );
        }
    }

    private static float[] Concatenate(string path, TableRows cells, int[] rows)
    {
        var dimension = cells.Vectors[rows[0]].Values!.Length;
        foreach (var row in rows)
        {
            if (cells.Vectors[row].Values!.Length is var length && length != dimension)
            {
                throw new InputException(
                    $"{path}, {cells.Place(row)}: an embedding of {length} numbers in a set of others of {dimension}."
                );
            }
        }

        var vectors = new float[checked(rows.Length * dimension)];
        for (var i = 0; i < rows.Length; i++)
        {
            cells.Vectors[rows[i]].Values!.CopyTo(vectors, i * dimension);
        }

        return vectors;
    }
}
