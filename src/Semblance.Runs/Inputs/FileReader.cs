using Semblance.Runs.Folder;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Inputs;

/// <summary>Reads tables of images and of embeddings; refuses files of other kinds with what to do.</summary>
internal static class FileReader
{
    /// <summary>Files that hold tables or arrays and are not read, and what to do with them.</summary>
    private static readonly (string[] Extensions, string Advice)[] Others =
    [
        ([".xlsx", ".xls", ".xlsm", ".ods", ".numbers"], "save the table as \"CSV UTF-8\""),
        ([".gz", ".bz2", ".xz", ".zst", ".7z", ".tar", ".tgz", ".rar"], "decompress it first"),
        ([".arrow", ".feather", ".ipc", ".orc", ".avro"], "write the table as Parquet"),
        ([".pkl", ".pickle", ".pt", ".pth", ".joblib"], "write the vectors with numpy.save or as safetensors"),
        ([".h5", ".hdf5", ".mat"], "write the vectors with numpy.save or as safetensors"),
        ([".rds", ".rdata", ".sav", ".dta"], "write the table as CSV"),
        ([".db", ".sqlite", ".sqlite3", ".duckdb"], "export the table as CSV or Parquet"),
    ];

    public static ScoreInput Read(string path, ColumnMap map, IReadOnlyList<FolderElsewhere>? elsewhere = null) =>
        SourceFile.Guard<ScoreInput>(
            path,
            () =>
            {
                if (!TableFile.IsTable(path))
                {
                    throw Unsupported(path);
                }

                var table = TableFile.Open(path, map);
                if (table.Has("embedding") || (table.Numbered is not null && !table.Has("path")))
                {
                    return EmbeddingTable.Read(table);
                }

                if (!Directory.Exists(path) && EmbeddedImages.ColumnOf(path) is >= 0 and var column)
                {
                    return EmbeddedImages.Read(
                        table.Has("prompt") || !table.Has("text")
                            ? table
                            : TableFile.Open(path, map.With("prompt", "text")),
                        column
                    );
                }

                return TableReader.Read(
                    MetadataFolder.MapOf(table, map) is { } other ? TableFile.Open(path, other) : table,
                    faultOf: elsewhere is null
                        ? null
                        : image => elsewhere.Any(one => one.HoldsPath(image)) ? null : SourceFile.FaultOf(image)
                );
            }
        );

    /// <summary>The error for a file that is neither a table nor anything else that is read.</summary>
    public static InputException Unsupported(string path)
    {
        var extension = Path.GetExtension(path);
        var advice = Others
            .FirstOrDefault(kind => kind.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
            .Advice;
        return new InputException(
            $"{path}: files with the extension \"{extension.ToLowerInvariant()}\" are not supported; "
                + (advice is null ? "" : $"{advice}. Otherwise ")
                + "expected a folder of images, a table (.csv, .tsv, .jsonl, .json, .parquet) or embeddings (.npy, .npz, .safetensors, .parquet)."
        );
    }
}
