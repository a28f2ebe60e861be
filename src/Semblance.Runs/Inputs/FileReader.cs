using Semblance.Runs.Formats;

namespace Semblance.Runs.Inputs;

/// <summary>Tells what kind of input a file is by its extension.</summary>
internal static class FileReader
{
    public static ScoreInput Read(string path) =>
        Guard<ScoreInput>(
            path,
            () =>
                Path.GetExtension(path).ToLowerInvariant() switch
                {
                    ".csv" or ".tsv" => TableReader.ReadSeparated(path),
                    ".jsonl" or ".ndjson" => TableReader.ReadJsonLines(path),
                    ".parquet" => ReadParquetAsync(path).GetAwaiter().GetResult(),
                    string other => throw new InputException(
                        $"{path}: files with the extension \"{other}\" are not supported; expected a folder of images, a table (.csv, .tsv, .jsonl, .parquet) or embeddings (.npy, .safetensors, .parquet)."
                    ),
                }
        );

    /// <summary>Reads, and names the file where the system cannot.</summary>
    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw new InputException($"{path} {SourceFile.FaultOf(error)}.", error);
        }
    }

    private static Task<ScoreInput> ReadParquetAsync(string path) =>
        ParquetTable.OpenAsync<ScoreInput>(
            path,
            async reader =>
            {
                if (ParquetTable.Find(reader, "embedding") is not null)
                {
                    return await EmbeddingSets.ReadParquetAsync(path, reader);
                }

                var paths = ParquetTable.Find(reader, "path");
                TableReader.RequirePath(path, reader.Schema.Fields.Select(field => field.Name), paths is not null);
                List<string?[]> columns = [];
                foreach (var name in (string[])["path", "model", "prompt", "seed"])
                {
                    columns.Add(
                        ParquetTable.Find(reader, name) is { } field ? await ParquetTable.TextAsync(reader, field) : []
                    );
                }

                string?[][] cells =
                [
                    .. Enumerable
                        .Range(0, columns[0].Length)
                        .Select(row => columns.Select(column => column.ElementAtOrDefault(row)).ToArray()),
                ];
                return TableReader.Build(path, cells, hasPrompt: columns[2].Length > 0);
            }
        );
}
