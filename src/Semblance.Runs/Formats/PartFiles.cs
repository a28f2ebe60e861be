using System.Text.RegularExpressions;
using Semblance.Text;

namespace Semblance.Runs.Formats;

/// <summary>A table as a folder of files, as Spark, Dask, DuckDB and data sets are written: <c>part-00000.csv</c>, <c>data_0.parquet</c>, <c>train-00000-of-00002.parquet</c>.</summary>
internal static partial class PartFiles
{
    /// <summary>The parts in their order; none where the folder holds anything else that can be seen, or cannot be read.</summary>
    public static IReadOnlyList<string> In(string folder)
    {
        try
        {
            string[] seen =
            [
                .. Directory
                    .EnumerateFileSystemEntries(folder)
                    .Where(path => Path.GetFileName(path) is not ['.' or '_', ..]),
            ];
            return Array.TrueForAll(
                seen,
                path => Name().IsMatch(Path.GetFileName(path)) && !Directory.Exists(path) && TableFile.IsTable(path)
            )
                ? [.. seen.Order(NaturalOrder.Instance)]
                : [];
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            return [];
        }
    }

    [GeneratedRegex(
        @"^(part[-_.]?\d|data_\d|.*-\d+-of-\d+)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 2000
    )]
    private static partial Regex Name();
}
