using System.Security.Cryptography;
using System.Text;
using Semblance.Consistency;
using Semblance.Runs.Inputs;

namespace Semblance.Runs.Storage;

/// <summary><c>scores.parquet</c> and <c>scores.csv</c> of a run folder.</summary>
internal static class ScoreTable
{
    public const string FileName = "scores.parquet";

    public static IReadOnlyList<ScoreLine> Lines(ScoreReport report)
    {
        string key = KeyOf(report.Encoder);
        return [.. report.Sets.Select(set => new ScoreLine(report.Encoder.Name, key, set, report.Floor?.Score))];
    }

    /// <summary>Short enough for a column, and equal exactly where scores may be compared.</summary>
    public static string KeyOf(EncoderIdentity encoder) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(encoder.Key)).AsSpan(0, 8));

    /// <summary>
    /// Writes both tables. Lines of other encoders and of models that the report does not speak of stay; a model that
    /// was scored again is replaced as a whole.
    /// </summary>
    public static void Merge(RunFolder run, ScoreReport report)
    {
        IReadOnlyList<ScoreLine> added = Lines(report);
        HashSet<(string, string)> replaced = [.. added.Select(line => (line.EncoderKey, line.Set.Model))];
        ScoreLine[] all =
        [
            .. Read(run)
                .Where(line => !replaced.Contains((line.EncoderKey, line.Set.Model)))
                .Concat(added)
                .OrderBy(line => line.Encoder, StringComparer.Ordinal)
                .ThenBy(line => line.EncoderKey, StringComparer.Ordinal)
                .ThenBy(line => line.Set.Model, StringComparer.Ordinal)
                .ThenBy(line => line.Set.Prompt, StringComparer.Ordinal),
        ];
        run.WriteAsync(run.At(FileName), stream => ScoreParquet.WriteAsync(all, stream)).GetAwaiter().GetResult();
        run.Write(run.At("scores.csv"), ScoreCsv.Of(all));
    }

    public static IReadOnlyList<ScoreLine> Read(RunFolder run)
    {
        string path = run.At(FileName);
        return File.Exists(path)
            ? ParquetTable
                .OpenAsync<IReadOnlyList<ScoreLine>>(
                    path,
                    async reader =>
                    {
                        Dictionary<string, string?[]> columns = [];
                        foreach (string name in ScoreLine.Columns.Select(column => column.Name))
                        {
                            if (ParquetTable.Find(reader, name) is { } field)
                            {
                                columns[name] = await ParquetTable.TextAsync(reader, field);
                            }
                            else if (name != "floor") // Files from before there was one stay readable.
                            {
                                throw new InputException(
                                    $"{path} has no column \"{name}\"; delete it and score again."
                                );
                            }
                        }

                        return
                        [
                            .. Enumerable
                                .Range(0, columns["model"].Length)
                                .Select(row => Line(name => columns.GetValueOrDefault(name)?[row])),
                        ];
                    }
                )
                .GetAwaiter()
                .GetResult()
            : [];
    }

    private static ScoreLine Line(Func<string, string?> cell)
    {
        double? Number(string name) => cell(name) is { } text ? double.Parse(text) : null;
        return new ScoreLine(
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
                (cell("flags") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            ),
            Number("floor")
        );
    }
}
