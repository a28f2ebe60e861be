using Semblance.Runs.Folder;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Comparing;

/// <summary>
/// A comparison as JSON, schema <c>semblance.comparison/1</c> (docs/comparison-json.md): snake_case, nulls written, doubles
/// in the shortest form that reads back to the same bits, infinite ones as text.
/// </summary>
public static class ComparisonJson
{
    /// <summary>The comparison as text, with a line end.</summary>
    public static string Of(CompareResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var report = result.Report;
        return JsonText.Of(
            new StoredComparison(
                "semblance.comparison/1",
                report.Verdict,
                result.Warnings,
                new ComparisonSettings(
                    report.Paper is null ? "corrected" : "paper",
                    report.Settings.Level,
                    report.Settings.Resamples,
                    report.Settings.Seed,
                    report.Settings.Against
                ),
                result.EncoderName,
                result.Encoder,
                result.Floor,
                report.Prompts,
                report.MatchedByKey,
                report.LeftOut,
                [
                    .. report.Models.Select(model => new ComparedModel(
                        model.Model,
                        model.Mean,
                        model.Median,
                        model.Sd,
                        result.Floor?.Calibrate(model.Mean.Value),
                        model.AverageRank,
                        model.Variance
                    )
                    {
                        Error = model.Error,
                        Simultaneous = model.Simultaneous,
                        Rank = model.Rank,
                        Floor = result.Floor?.OfEach.GetValueOrDefault(model.Model)?.Score,
                        CalibratedOwn = result
                            .Floor?.OfEach.GetValueOrDefault(model.Model)
                            ?.Calibrate(model.Mean.Value),
                    }),
                ],
                report.Pairs,
                report.Several,
                report.Paper,
                [
                    .. result.Matrix.Prompts.Select(
                        (prompt, i) => new ComparedPrompt(prompt, [.. result.Matrix.Rows.Select(own => own[i].Scs)])
                    ),
                ]
            )
            {
                SeedDesign = report.SeedDesign,
                Clusters = report.Clusters,
                Human = result.Human,
                Encoders = result.Encoders,
            },
            FolderJson.Default.StoredComparison
        );
    }
}
