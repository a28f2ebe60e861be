using Semblance.Prompts;
using Semblance.Runs.Formats;
using Semblance.Text;
using Semblance.Wording;

namespace Semblance.Runs.Folder;

/// <summary><c>images.parquet</c>: every image that a stage of this run has seen.</summary>
internal static class ImageTable
{
    public const string FileName = "images.parquet";

    private const int Named = 3;

    /// <summary>All rows; none where there is no table yet.</summary>
    /// <exception cref="InputException">The table is damaged.</exception>
    public static IReadOnlyList<ImageRecord> Read(RunFolder run)
    {
        var path = run.At(FileName);
        try
        {
            return File.Exists(path) ? ParquetTable.Read(path, Rows) : [];
        }
        catch (InputException error)
        {
            throw ImageFiles.Any(run)
                ? new InputException(
                    $"{path} is damaged; generate again with the same options, which writes it again and makes no image twice.",
                    error
                )
                : run.Damaged($"{path} is damaged", "it", error);
        }
    }

    /// <summary>A path as the table holds it: relative to the run folder and with / if it is inside, else full.</summary>
    public static string PathOf(RunFolder run, string path)
    {
        var full = Path.GetFullPath(path);
        var relative = Path.GetRelativePath(run.FullPath, full);
        return Path.IsPathRooted(relative) || relative.StartsWith("..", StringComparison.Ordinal)
            ? full
            : relative.Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <summary>Adds rows; a row of the same model, prompt and path replaces the one before, except that what is null keeps its value.</summary>
    public static void Merge(RunFolder run, IReadOnlyList<ImageRecord> added)
    {
        using var alone = RunLock.Take(run, run.At(FileName));
        Dictionary<(string Model, string Prompt, string Path), ImageRecord> rows = [];
        List<string> replaced = [];
        foreach (var old in run.Known(FileName, "images", Read))
        {
            rows[(old.Model, old.Prompt, old.Path)] = old;
        }

        foreach (var row in added)
        {
            var key = (row.Model, row.Prompt, row.Path);
            if (!rows.TryGetValue(key, out var old))
            {
                rows[key] = row;
                continue;
            }

            if (old.Sha256 is not null && row.Sha256 is not null && old.Sha256 != row.Sha256 && old.Width is not null)
            {
                replaced.Add(row.Path);
            }

            rows[key] = row with
            {
                Sha256 = row.Sha256 ?? old.Sha256,
                Width = row.Width ?? old.Width,
                Height = row.Height ?? old.Height,
            };
        }

        Warn(run, replaced);
        ImageRecord[] all =
        [
            .. rows
                .Values.OrderBy(row => row.Model, StringComparer.Ordinal)
                .ThenBy(row => row.Prompt, StringComparer.Ordinal)
                .ThenBy(row => row.Seed ?? row.Path, NaturalOrder.Instance)
                .ThenBy(row => row.Path, StringComparer.Ordinal),
        ];
        var table = new ParquetColumns()
            .Text("model", [.. all.Select(row => row.Model)])
            .Text("prompt", [.. all.Select(row => row.Prompt)])
            .Text("prompt_key", [.. all.Select(row => PromptKey.Of(row.Prompt))])
            .Text("seed", [.. all.Select(row => row.Seed)])
            .Text("path", [.. all.Select(row => row.Path)])
            .Text("sha256", [.. all.Select(row => row.Sha256)])
            .Number("width", Array.ConvertAll(all, row => row.Width))
            .Number("height", Array.ConvertAll(all, row => row.Height));
        run.Write(run.At(FileName), table.Write);
    }

    private static void Warn(RunFolder run, List<string> replaced)
    {
        if (replaced.Count > 0)
        {
            run.Warn(
                $"{Plural.Of(replaced.Count, "image")} of {run.Path} {(replaced.Count == 1 ? "is" : "are")} not what was generated, and {(replaced.Count == 1 ? "was" : "were")} changed since: {(replaced.Count > Named ? "such as " : "")}{string.Join(", ", replaced.Take(Named))}"
            );
        }
    }

    private static IReadOnlyList<ImageRecord> Rows(ParquetTable table)
    {
        var models = Shared(table.RequiredText("model"));
        var prompts = Shared(table.RequiredText("prompt"));
        var seeds = Shared(table.RequiredText("seed"));
        var paths = table.RequiredText("path");
        var hashes = table.RequiredText("sha256");
        var widths = Shared(table.RequiredText("width"));
        var heights = Shared(table.RequiredText("height"));
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

    /// <summary>Equal texts as one object: of a million images they would fill most of the memory.</summary>
    private static string?[] Shared(string?[] texts)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < texts.Length; i++)
        {
            if (texts[i] is { } text && !known.TryAdd(text, text))
            {
                texts[i] = known[text];
            }
        }

        return texts;
    }

    private static int? Size(string? text) => text is null ? null : int.Parse(text);
}
