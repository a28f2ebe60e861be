using Semblance.Prompts;
using Semblance.Runs.Formats;
using Semblance.Wording;

namespace Semblance.Runs.Inputs;

/// <summary>Clusters of prompts from a table: the columns <c>prompt</c> and <c>cluster</c>.</summary>
public static class ClusterTable
{
    /// <summary>Our name for the column.</summary>
    private const string Column = "cluster";

    /// <summary>Reads a table of prompts and clusters.</summary>
    /// <param name="path">A table of any format.</param>
    /// <exception cref="InputException">It cannot be read, lacks a column, or a row has no prompt or cluster.</exception>
    public static PromptClusters Read(string path) => Read([path], ColumnMap.None, Column);

    /// <summary>Reads one column of the tables that are scored or compared.</summary>
    /// <param name="paths">Tables; each must have the column.</param>
    /// <param name="columns">Columns with other names than ours.</param>
    /// <param name="column">Name of the column that holds the clusters.</param>
    /// <exception cref="InputException">As above, or what is read is no table.</exception>
    public static PromptClusters Read(IReadOnlyList<string> paths, ColumnMap columns, string column)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(columns);
        if (paths.FirstOrDefault(path => !TableFile.IsTable(path)) is { } other)
        {
            throw new InputException(
                $"{other} is not a table, and only a table has a column of clusters; give a table of prompts and clusters instead."
            );
        }

        return PromptClusters.Of(string.Join(", ", paths), [.. paths.SelectMany(path => Lines(path, columns, column))]);
    }

    /// <summary>Reads prompt and cluster of each row of a table.</summary>
    /// <param name="path">A table of any format.</param>
    /// <param name="columns">Columns with other names than ours; null for none.</param>
    /// <param name="column">Name of the column that holds the clusters.</param>
    /// <exception cref="InputException">It cannot be read, lacks a column, or a row has no prompt or cluster.</exception>
    public static IReadOnlyList<(string Prompt, string Cluster)> Lines(
        string path,
        ColumnMap? columns = null,
        string column = Column
    ) =>
        SourceFile.Guard<IReadOnlyList<(string, string)>>(
            path,
            () =>
            {
                if (SourceFile.FaultOf(path) is { } fault && !Directory.Exists(path))
                {
                    throw new InputException($"{path} {fault}.");
                }

                var table = TableFile.Open(path, columns ?? ColumnMap.None);
                if (!table.Has("prompt"))
                {
                    throw ColumnNames.Missing(
                        path,
                        table.Names,
                        ["prompt"],
                        "Clusters are read from a column beside the prompts."
                    );
                }

                if (!table.Has(column))
                {
                    throw new InputException(
                        $"{path} has no column {QuotedPrompt.Of(column)} of clusters.{SimilarNames.Hint(column, table.Names)} Its columns are {string.Join(", ", table.Names.Take(20).Select(QuotedPrompt.Of))}."
                    );
                }

                var cells = table.Read(["prompt", column]);
                List<(string, string)> lines = [];
                for (var row = 0; row < cells.Count; row++)
                {
                    var (prompt, cluster) = (cells.Cell(0, row), cells.Cell(1, row)?.Trim());
                    if (string.IsNullOrWhiteSpace(prompt) || string.IsNullOrEmpty(cluster))
                    {
                        throw new InputException(
                            $"{path}, {cells.Place(row)}: the {(string.IsNullOrWhiteSpace(prompt) ? "prompt" : "cluster")} is empty."
                        );
                    }

                    lines.Add((prompt, cluster));
                }

                return lines;
            }
        );
}
