using System.Globalization;
using Semblance.Prompts;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;

namespace Semblance.Studies.Files;

/// <summary>Reads which prompts go together: by their first words, a table, or a column of the table of prompts.</summary>
internal static class ClusterReader
{
    private const string FirstWords = "first-words:";

    /// <summary>The clusters; null where none are given or something is wrong with them, which is noted.</summary>
    public static StudyClusters? Read(
        YamlReading reading,
        YamlFields root,
        string folder,
        IReadOnlyList<StudyModel> models
    )
    {
        if (root.Map("clusters", "clusters", StudyKeys.Clusters) is not { } fields)
        {
            return null;
        }

        string[] ways = [.. fields.Names];
        if (ways.Length != 1)
        {
            reading.Fault(
                fields.Node,
                "Clusters take one of by: first-words:N, file: TABLE (with the columns prompt and cluster) and column: NAME (of the table of prompts)."
            );
            return null;
        }

        try
        {
            var clusters = ways[0] switch
            {
                "by" => ByWords(fields),
                "file" => fields.Word("file") is { } file
                    ? Listed(Path.Combine(folder, file), ClusterTable.Lines(Path.Combine(folder, file)), models)
                    : null,
                _ => fields.Word("column") is not { } column ? null
                : PromptReader.FileOf(reading, root, folder) is { } prompts && PromptFile.IsTable(prompts)
                    ? Listed(prompts, ClusterTable.Lines(prompts, ColumnMap.None, column), models)
                : NoTable(fields),
            };
            Check(fields, ways[0], clusters, models);
            return clusters;
        }
        catch (InputException fault)
        {
            fields.Fault(ways[0], fault.Message);
            return null;
        }
    }

    /// <summary>What scores and comparison would refuse after all images are made.</summary>
    private static void Check(YamlFields fields, string way, StudyClusters? clusters, IReadOnlyList<StudyModel> models)
    {
        foreach (var model in models.Where(model => model.Cells.Count > 1))
        {
            try
            {
                clusters?.Prompts.Assign([.. model.Cells.Select(cell => cell.Prompt)]);
            }
            catch (InputException fault)
            {
                fields.Fault(way, $"{model.Id}: {fault.Message}");
            }
        }
    }

    private static StudyClusters? ByWords(YamlFields fields)
    {
        if (fields.Word("by") is not { } by)
        {
            return null;
        }

        if (
            by.StartsWith(FirstWords, StringComparison.Ordinal)
            && int.TryParse(by[FirstWords.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var words)
            && words > 0
        )
        {
            return new StudyClusters(PromptClusters.ByFirstWords(words), by);
        }

        fields.Fault("by", $"by takes first-words:N with N of at least 1, such as first-words:3; found \"{by}\".");
        return null;
    }

    /// <summary>Scores have the prompts with their suffixes, and a comparison has them without: both are known.</summary>
    private static StudyClusters Listed(
        string path,
        IReadOnlyList<(string Prompt, string Cluster)> lines,
        IReadOnlyList<StudyModel> models
    )
    {
        string?[] suffixes = [null, .. models.Select(model => model.Suffix).OfType<string>().Distinct()];
        return new StudyClusters(
            PromptClusters.Of(
                path,
                suffixes.SelectMany(suffix =>
                    lines.Select(line => (CellReader.WithSuffix(line.Prompt, suffix), line.Cluster))
                )
            ),
            string.Join('\n', lines.Select(line => $"{line.Prompt}\t{line.Cluster}"))
        );
    }

    private static StudyClusters? NoTable(YamlFields fields)
    {
        fields.Fault(
            "column",
            "column names a column of the table of prompts, and the prompts are not in one: write prompts: { file: prompts.csv }, or clusters: { file: ... }."
        );
        return null;
    }
}
