using Semblance.Runs.Formats;

namespace Semblance.Studies.Scoring;

/// <summary>Names of columns, which go with tables only.</summary>
internal static class TableColumns
{
    /// <summary>Refuses names of columns where none of the paths is a table.</summary>
    /// <exception cref="UsageException">There are some, and no table.</exception>
    public static void Require(ColumnMap columns, IReadOnlyList<string> paths)
    {
        if (!columns.IsNone && !paths.Any(ColumnMap.AppliesTo))
        {
            throw new UsageException("Names of columns are for tables, and none is given.");
        }
    }
}
