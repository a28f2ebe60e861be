using Semblance.Reports.Content;
using Semblance.Reports.Figures;

namespace Semblance.Reports.Selection;

/// <summary>The tables of a report.</summary>
internal static class TableSelection
{
    /// <summary>One line per model: the table of a paper.</summary>
    public static DataTable Models(ReportContent content) =>
        new(
            ["Model", "Mean SCS", "Low", "High", "Median", "SD", "Calibrated"],
            [
                .. content.Models.Select(model =>
                    (IReadOnlyList<object?>)
                        [
                            model.Name,
                            model.Mean.Value,
                            Finite(model.Mean.Low),
                            Finite(model.Mean.High),
                            model.Median,
                            model.Sd,
                            model.Calibrated,
                        ]
                ),
            ]
        );

    /// <summary>One line per pair of models; null without a comparison.</summary>
    public static DataTable? Pairs(ReportContent content) =>
        content.Comparison?.Report is { } report
            ? new DataTable(
                ["First", "Second", "Second - first", "Low", "High", "Wilcoxon p", "Holm p", "Higher", "Prompts"],
                [
                    .. report.Pairs.Select(pair =>
                        (IReadOnlyList<object?>)
                            [
                                pair.First,
                                pair.Second,
                                pair.Difference.Value,
                                pair.Difference.Low,
                                pair.Difference.High,
                                pair.Wilcoxon is { } test ? PText(test.Decides) : null,
                                pair.AdjustedP is { } holm ? PText(holm) : null,
                                pair.SecondHigher,
                                report.Prompts,
                            ]
                    ),
                ]
            )
            : null;

    /// <summary>The prompts with the largest differences of the leading pair, either way; null without a comparison.</summary>
    public static DataTable? Extremes(ReportContent content)
    {
        const int Most = 3;
        if (content.LeadingPair is not { } pair)
        {
            return null;
        }

        var (first, second) = (content.PlaceOf(pair.First), content.PlaceOf(pair.Second));
        PromptContent[] sorted =
        [
            .. content.Prompts.OrderByDescending(prompt =>
                prompt.Sets[second].Score.Scs - prompt.Sets[first].Score.Scs
            ),
        ];
        var shown = sorted.Length <= 2 * Most ? sorted : [.. sorted[..Most], .. sorted[^Most..]];
        return new DataTable(
            ["Prompt", pair.First, pair.Second, "Difference"],
            [
                .. shown.Select(prompt =>
                {
                    var (a, b) = (prompt.Sets[first].Score.Scs, prompt.Sets[second].Score.Scs);
                    return (IReadOnlyList<object?>)
                        [prompt.Prompt.Length > 100 ? prompt.Prompt[..100] + "…" : prompt.Prompt, a, b, b - a];
                }),
            ]
        );
    }

    /// <summary>One line per model and prompt, for a program to read.</summary>
    public static DataTable Sets(ReportContent content) =>
        new(
            ["model", "prompt", "scs", "standard_error", "images", "calibrated", "alignment"],
            [
                .. content.Prompts.SelectMany(prompt =>
                    prompt.Sets.Select(
                        (set, model) =>
                            (IReadOnlyList<object?>)
                                [
                                    content.Models[model].Name,
                                    prompt.Prompt,
                                    set.Score.Scs,
                                    set.Score.StandardError,
                                    set.Score.Seeds,
                                    content.Floor?.Calibrate(set.Score.Scs),
                                    set.Stored?.Alignment,
                                ]
                    )
                ),
            ]
        );

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string PText(double p) =>
        p < 0.001
            ? p.ToString("0.0e-0", System.Globalization.CultureInfo.InvariantCulture)
            : p.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture);
}
