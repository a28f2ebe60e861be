using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Semblance.Consistency;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Folder;

/// <summary><c>scores.parquet</c> and <c>scores.csv</c> of a run folder.</summary>
internal static class StoredScores
{
    public const string FileName = "scores.parquet";

    public const string CsvName = "scores.csv";

    public static IReadOnlyList<StoredScore> Lines(ScoreReport report)
    {
        var key = KeyOf(report.Encoder);
        return [.. report.Sets.Select(set => new StoredScore(report.Encoder.Name, key, set, report.Floor?.Score))];
    }

    /// <summary>Short enough for a column, and equal exactly where scores may be compared.</summary>
    public static string KeyOf(EncoderIdentity encoder) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(encoder.Key)).AsSpan(0, 8));

    /// <summary>
    /// Writes both tables. Lines that the reports do not have stay: those of other encoders and models, and prompts
    /// that were scored before. Only where all images of such a prompt are now scored under another one (its folder's
    /// name gave way to the raw text) its line goes.
    /// </summary>
    /// <returns>How many prompts of the reports' models stay that the reports do not have, each counted once.</returns>
    public static int Merge(RunFolder run, IReadOnlyList<ScoreReport> reports)
    {
        using var alone = RunLock.Take(run, run.At(FileName));
        StoredScore[] added = [.. reports.SelectMany(Lines)];
        HashSet<(string, string, string)> replaced = [.. added.Select(IdOf)];
        HashSet<(string, string)> models = [.. added.Select(line => (line.EncoderKey, line.Set.Model))];
        StoredScore[] others = [.. run.Known(FileName, "scores", Read).Where(line => !replaced.Contains(IdOf(line)))];
        var same = others.ToLookup(line => models.Contains((line.EncoderKey, line.Set.Model)));
        StoredScore[] kept = [.. StillThere(run, [.. same[true]], added)];
        Write(run, same[false].Concat(kept).Concat(added));
        return kept.Select(line => (line.Set.Model, line.Set.Prompt)).Distinct().Count();
    }

    private static void Write(RunFolder run, IEnumerable<StoredScore> lines)
    {
        StoredScore[] all =
        [
            .. lines
                .OrderBy(line => line.Encoder, StringComparer.Ordinal)
                .ThenBy(line => line.EncoderKey, StringComparer.Ordinal)
                .ThenBy(line => line.Set.Model, StringComparer.Ordinal)
                .ThenBy(line => line.Set.Prompt, StringComparer.Ordinal),
        ];
        run.Write(run.At(FileName), Parquet(all).Write);
        run.Write(run.At(CsvName), Csv(all));
    }

    /// <summary>Whether a table has the columns that <see cref="Csv"/> writes, in their order.</summary>
    public static bool IsCsv(IReadOnlyList<string> names) =>
        names.SequenceEqual(StoredScore.Columns.Select(column => column.Name));

    public static string Csv(IEnumerable<StoredScore> lines) =>
        CsvText.ForPeople([.. StoredScore.Columns.Select(column => (column.Name, column.Of))], lines);

    /// <summary>As Apache Parquet, with the columns of the CSV.</summary>
    public static ParquetColumns Parquet(IReadOnlyList<StoredScore> lines)
    {
        var table = new ParquetColumns();
        foreach ((var name, var type, var of) in StoredScore.Columns)
        {
            _ =
                type == typeof(string) ? table.Text(name, [.. lines.Select(line => (string?)of(line))])
                : type == typeof(long) ? table.Number(name, [.. lines.Select(line => (long?)of(line))])
                : table.Number(name, [.. lines.Select(line => (double?)of(line))]);
        }

        return table;
    }

    /// <summary>All lines; from <c>scores.csv</c>, which holds the same, where <c>scores.parquet</c> is damaged.</summary>
    /// <exception cref="InputException">Neither can be read.</exception>
    public static IReadOnlyList<StoredScore> Read(RunFolder run)
    {
        var path = run.At(FileName);
        try
        {
            return File.Exists(path) ? ParquetTable.Read(path, Rows) : [];
        }
        catch (InputException error)
        {
            if (OfCsv(run.At(CsvName)) is { } lines)
            {
                run.Warn($"{path} is damaged; the scores are read from {CsvName} beside it.");
                return lines;
            }

            throw run.Damaged($"{path} is damaged, and {CsvName} cannot be read either", "both", error);
        }
    }

    private static (string, string, string) IdOf(StoredScore line) =>
        (line.EncoderKey, line.Set.Model, line.Set.Prompt);

    private static IEnumerable<StoredScore> StillThere(
        RunFolder run,
        StoredScore[] lines,
        IReadOnlyList<StoredScore> added
    )
    {
        if (lines.Length == 0)
        {
            return lines;
        }

        ILookup<(string, string), string> images = ImageTable
            .Read(run)
            .ToLookup(image => (image.Model, image.Prompt), image => image.Path);
        HashSet<(string, string)> scored =
        [
            .. added.SelectMany(line =>
                images[(line.Set.Model, line.Set.Prompt)].Select(path => (line.Set.Model, path))
            ),
        ];
        // Where the images of a prompt are unknown (the table was damaged), only the key shows that it is scored again.
        HashSet<(string, string)> keys = [.. added.Select(line => (line.Set.Model, line.Set.PromptKey))];
        return lines.Where(line =>
            images[(line.Set.Model, line.Set.Prompt)] is var own && own.Any()
                ? own.Any(path => !scored.Contains((line.Set.Model, path)))
                : !keys.Contains((line.Set.Model, line.Set.PromptKey))
        );
    }

    private static IReadOnlyList<StoredScore> Rows(ParquetTable table)
    {
        var columns = StoredScore.Columns.ToDictionary(
            column => column.Name,
            // Files from before there was a floor stay readable.
            column => column.Name == "floor" ? table.Text("floor") : table.RequiredText(column.Name)
        );
        return [.. columns["model"]!.Select((_, row) => Line(name => columns[name]?[row]))];
    }

    /// <summary>The lines of <c>scores.csv</c>; null where it is not there or no longer as it was written.</summary>
    private static StoredScore[]? OfCsv(string path)
    {
        try
        {
            using var text = new StreamReader(RegularFile.OpenRead(path, RegularFile.MostOfText));
            string[][] records = [.. SeparatedText.Read(text, ',').Select(record => record.Cells)];
            return records is [var header, .. var lines]
                ?
                [
                    .. lines.Select(cells =>
                        Line(name =>
                            cells[Array.IndexOf(header, name)] is { Length: > 0 } cell
                                ? SpreadsheetText.Read(cell)
                                : null
                        )
                    ),
                ]
                : null;
        }
        catch (Exception error) when (FileFault.IsOne(error) || error is FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static StoredScore Line(Func<string, string?> cell)
    {
        double? Number(string name) => cell(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;
        return new StoredScore(
            cell("encoder") ?? "",
            cell("encoder_key") ?? "",
            new SetScore(
                cell("model") ?? "",
                cell("prompt") ?? "",
                cell("prompt_key") ?? "",
                (int)(Number("images") ?? 0),
                Number("scs") ?? double.NaN,
                Number("unclamped") ?? double.NaN,
                Number("standard_error"),
                Number("min_pair"),
                Number("max_pair"),
                cell("medoid") ?? "",
                cell("outlier") ?? "",
                (long)(Number("negative_pairs") ?? 0),
                Number("alignment"),
                Number("calibrated"),
                PerImage: null,
                NearDuplicates: null,
                NearDuplicateGroups: null,
                (cell("flags") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            ),
            Number("floor")
        );
    }
}
