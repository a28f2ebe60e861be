namespace Semblance.Runs.Formats;

/// <summary>How the cells of separated text are written, where writers differ.</summary>
internal enum CellStyle
{
    /// <summary>By RFC 4180: spaces belong to a cell.</summary>
    Plain,

    /// <summary>Spaces around cells are layout, as in <c>"a", "b"</c>.</summary>
    Spaced,

    /// <summary>A backslash stands before quotes within quotes, which are not doubled: Spark and MySQL.</summary>
    Backslash,
}
