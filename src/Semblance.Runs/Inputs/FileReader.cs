using Semblance.Runs.Formats;

namespace Semblance.Runs.Inputs;

/// <summary>Tells what kind of input a file is by its extension.</summary>
internal static class FileReader
{
    public static ScoreInput Read(string path) =>
        SourceFile.Guard<ScoreInput>(
            path,
            () =>
                Path.GetExtension(path).ToLowerInvariant() switch
                {
                    ".csv" or ".tsv" => TableReader.ReadSeparated(path),
                    ".jsonl" or ".ndjson" => TableReader.ReadJsonLines(path),
                    ".parquet" => ParquetTable.Read<ScoreInput>(
                        path,
                        table =>
                            table.Find("embedding") is null
                                ? TableReader.ReadParquet(path, table)
                                : EmbeddingSets.ReadParquet(path, table)
                    ),
                    string other => throw new InputException(
                        $"{path}: files with the extension \"{other}\" are not supported; expected a folder of images, a table (.csv, .tsv, .jsonl, .parquet) or embeddings (.npy, .safetensors, .parquet)."
                    ),
                }
        );
}
