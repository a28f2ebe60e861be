using System.CommandLine;
using System.Globalization;
using Semblance.Prompts;
using Semblance.Runs.Formats;
using Semblance.Runs.Inputs;

namespace Semblance.Cli.Options;

/// <summary>Which prompts go together: by a column, a file, or their first words.</summary>
internal sealed class ClusterOptions(Command command)
{
    /// <summary>What to do about prompts that look alike.</summary>
    public const string Advice = "--cluster-by first-words:N, --cluster COLUMN or --clusters FILE";

    private const string FirstWords = "first-words:";

    private readonly Option<string?> _column = command.Text(
        "--cluster",
        "Prompts with the same COLUMN of the table go together: clusters are the unit",
        "COLUMN"
    );

    private readonly Option<string?> _file = command.Text(
        "--clusters",
        "... a table with prompt and cluster says which go together",
        "FILE"
    );

    private readonly Option<string?> _by = command.Text(
        "--cluster-by",
        "... those that begin with the same N words do",
        "first-words:N"
    );

    /// <summary>The clusters that are asked for; null for none.</summary>
    /// <exception cref="UsageException">More than one way, or words that are not a number.</exception>
    public PromptClusters? Read(ParseResult parsed, string[] paths, ColumnMap columns)
    {
        var (column, file, by) = (parsed.GetValue(_column), parsed.GetValue(_file), parsed.GetValue(_by));
        if (new[] { column, file, by }.Count(one => one is not null) > 1)
        {
            throw new UsageException("--cluster, --clusters and --cluster-by exclude each other; give one of them.");
        }

        if (column is not null)
        {
            return paths.Length > 0
                ? ClusterTable.Read(paths, columns, column)
                : throw new UsageException(
                    "--cluster names a column of a table, and a run folder has none; give --clusters FILE, a table with prompt and cluster."
                );
        }

        return file is not null ? ClusterTable.Read(file)
            : by is null ? null
            : by.StartsWith(FirstWords, StringComparison.Ordinal)
            && int.TryParse(by[FirstWords.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var words)
            && words > 0
                ? PromptClusters.ByFirstWords(words)
            : throw new UsageException(
                $"--cluster-by takes first-words:N with N a whole number of at least 1, such as first-words:3, not '{by}'."
            );
    }

    /// <summary>Warnings in which one names the options that help.</summary>
    public static string[] Named(IEnumerable<string> warnings, string? one, string options = Advice) =>
        [.. warnings.Select(warning => warning == one ? $"{warning} See {options}." : warning)];
}
