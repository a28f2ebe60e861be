using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Statistics;
using Semblance.Variance;

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
        return ReportJson.Text(
            new ComparisonDocument(
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
                    )),
                ],
                report.Pairs,
                report.Several,
                report.Paper,
                [
                    .. result.Matrix.Prompts.Select(
                        (prompt, i) => new ComparedPrompt(prompt, [.. result.Matrix.Rows.Select(own => own[i].Scs)])
                    ),
                ]
            ),
            ReportJson.Context.ComparisonDocument
        );
    }
}

/// <summary>The fields of <c>comparison.json</c>.</summary>
internal sealed record ComparisonDocument(
    string Schema,
    string Verdict,
    IReadOnlyList<string> Warnings,
    ComparisonSettings Settings,
    string? EncoderName,
    EncoderIdentity? Encoder,
    ConsistencyFloor? Floor,
    int Prompts,
    int MatchedByKey,
    IReadOnlyList<LeftOutPrompt> LeftOut,
    IReadOnlyList<ComparedModel> Models,
    IReadOnlyList<PairComparison> Pairs,
    SeveralModels? Several,
    PaperTests? Paper,
    IReadOnlyList<ComparedPrompt> PerPrompt
);

/// <summary>What the numbers depend on. The number of threads is not among it.</summary>
internal sealed record ComparisonSettings(string Mode, double Level, int Resamples, ulong Seed, string? Against);

/// <summary>A model with its calibrated mean.</summary>
internal sealed record ComparedModel(
    string Model,
    Estimate Mean,
    double Median,
    double Sd,
    double? Calibrated,
    double? AverageRank,
    VarianceSplit? Variance
);

/// <summary>The scores of one prompt, in the order of the models.</summary>
internal sealed record ComparedPrompt(string Prompt, IReadOnlyList<double> Scores);
