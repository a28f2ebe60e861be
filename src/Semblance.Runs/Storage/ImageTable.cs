using Parquet.Schema;
using Semblance.Prompts;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Storage;

/// <summary><c>images.parquet</c>: every image that a stage of this run has seen.</summary>
internal static class ImageTable
{
    public const string FileName = "images.parquet";

    public static IReadOnlyList<ImageRecord> Read(RunFolder run)
    {
        string path = run.At(FileName);
        return File.Exists(path)
            ? ParquetTable
                .OpenAsync<IReadOnlyList<ImageRecord>>(
                    path,
                    async reader =>
                    {
                        async Task<string?[]> Column(string name)
                        {
                            DataField field =
                                ParquetTable.Find(reader, name)
                                ?? throw new InputException(
                                    $"{path} has no column \"{name}\"; delete it and run again."
                                );
                            return await ParquetTable.TextAsync(reader, field);
                        }

                        string?[] models = await Column("model");
                        string?[] prompts = await Column("prompt");
                        string?[] seeds = await Column("seed");
                        string?[] paths = await Column("path");
                        string?[] hashes = await Column("sha256");
                        string?[] widths = await Column("width");
                        string?[] heights = await Column("height");
                        return
                        [
                            .. models.Select(
                                (model, i) =>
                                    new ImageRecord(
                                        model ?? "",
                                        prompts[i] ?? "",
                                        seeds[i],
                                        paths[i] ?? "",
                                        hashes[i],
                                        Size(widths[i]),
                                        Size(heights[i])
                                    )
                            ),
                        ];
                    }
                )
                .GetAwaiter()
                .GetResult()
            : [];
    }

    /// <summary>A path as the table holds it: relative to the run folder and with / where it lies inside, else full.</summary>
    public static string PathOf(RunFolder run, string path)
    {
        string full = Path.GetFullPath(path);
        string relative = Path.GetRelativePath(run.FullPath, full);
        return Path.IsPathRooted(relative) || relative.StartsWith("..", StringComparison.Ordinal)
            ? full
            : relative.Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <summary>Adds rows; a row of the same model, prompt and path replaces the one before, except that what is null keeps its value.</summary>
    public static void Merge(RunFolder run, IReadOnlyList<ImageRecord> added)
    {
        Dictionary<(string Model, string Prompt, string Path), ImageRecord> rows = [];
        foreach (ImageRecord old in Read(run))
        {
            rows[(old.Model, old.Prompt, old.Path)] = old;
        }

        foreach (ImageRecord row in added)
        {
            var key = (row.Model, row.Prompt, row.Path);
            rows[key] = rows.TryGetValue(key, out ImageRecord? old)
                ? row with
                {
                    Sha256 = row.Sha256 ?? old.Sha256,
                    Width = row.Width ?? old.Width,
                    Height = row.Height ?? old.Height,
                }
                : row;
        }

        ImageRecord[] all =
        [
            .. rows
                .Values.OrderBy(row => row.Model, StringComparer.Ordinal)
                .ThenBy(row => row.Prompt, StringComparer.Ordinal)
                .ThenBy(row => row.Seed ?? row.Path, NaturalOrder.Instance)
                .ThenBy(row => row.Path, StringComparer.Ordinal),
        ];
        ParquetColumns table = new ParquetColumns()
            .Text("model", [.. all.Select(row => row.Model)])
            .Text("prompt", [.. all.Select(row => row.Prompt)])
            .Text("prompt_key", [.. all.Select(row => PromptKey.Of(row.Prompt))])
            .Text("seed", [.. all.Select(row => row.Seed)])
            .Text("path", [.. all.Select(row => row.Path)])
            .Text("sha256", [.. all.Select(row => row.Sha256)])
            .Number("width", Array.ConvertAll(all, row => row.Width))
            .Number("height", Array.ConvertAll(all, row => row.Height));
        run.WriteAsync(run.At(FileName), table.WriteAsync).GetAwaiter().GetResult();
    }

    private static int? Size(string? text) => text is null ? null : int.Parse(text);
}
