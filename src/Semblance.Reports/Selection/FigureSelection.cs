using Semblance.Comparison;
using Semblance.Reports.Content;
using Semblance.Reports.Figures;

namespace Semblance.Reports.Selection;

/// <summary>Which figures a report has, each from its part of the content; null where that part is missing.</summary>
internal static class FigureSelection
{
    /// <summary>What the captions say of the study.</summary>
    public static StudyFacts Facts(ReportContent content)
    {
        int?[] seeds = [.. content.Prompts.SelectMany(prompt => prompt.Sets).Select(set => set.Score.Seeds)];
        var known = seeds.Length > 0 && seeds.All(one => one is not null);
        return new StudyFacts(
            content.Prompts.Count,
            known ? seeds.Min() : null,
            known ? seeds.Max() : null,
            content.EncoderName
        );
    }

    /// <summary>The scores of all models, a row for each.</summary>
    public static Figure Raincloud(ReportContent content) =>
        Figures.Raincloud.Of(Scores(content), Texts(content), Facts(content));

    public static Figure BoxPlot(ReportContent content) => BoxPlots.Of(Scores(content), Facts(content));

    public static Figure? Density(ReportContent content) =>
        content.Models.Count > Scenes.Tone.Models ? null : Densities.Of(Scores(content), Facts(content));

    /// <summary>Differences of the leading pair.</summary>
    public static Figure? Differences(ReportContent content) =>
        Pair(content) is var (pair, first, second)
            ? PairedDifferences.Of(
                first,
                second,
                [.. content.Prompts.Select(prompt => Row(prompt, first.Place, second.Place))],
                pair.Difference,
                Facts(content)
            )
            : null;

    public static Figure? Slope(ReportContent content) =>
        Pair(content) is var (_, first, second) ? SlopePlot.Of(first, second, Texts(content), Facts(content)) : null;

    /// <summary>The leading pair with every encoder, and on the shorter and the longer half of the prompts.</summary>
    public static Figure? Forest(ReportContent content)
    {
        if (Pair(content) is not var (pair, first, second))
        {
            return null;
        }

        ForestPlot.Row[] rows =
        [
            new ForestPlot.Row(
                content.EncoderName is { } name ? $"all prompts, {name}" : "all prompts",
                pair.Difference,
                content.Prompts.Count,
                IsMain: true
            ),
            .. content
                .Encoders.Skip(1)
                .Select(side => new ForestPlot.Row($"all prompts, {side.Name}", side.Difference, side.Prompts)),
            .. PromptHalves.Of(content, first, second, pair.Difference.Level),
        ];
        return rows.Length > 1
            ? ForestPlot.Of(
                "forest",
                "The difference with other encoders and on parts of the prompts",
                $"{second.Model} − {first.Model}, points",
                rows,
                Facts(content)
            )
            : null;
    }

    /// <summary>Every pair of three models or more.</summary>
    public static Figure? Pairs(ReportContent content)
    {
        const int Most = 45;
        if (content.Comparison?.Report is not { Pairs: { Count: > 1 } pairs } report)
        {
            return null;
        }

        var shown = pairs
            .OrderByDescending(pair => Math.Abs(pair.Difference.Value))
            .Take(Most)
            .OrderByDescending(pair => pair.Difference.Value)
            .Select(pair => new ForestPlot.Row($"{pair.Second} − {pair.First}", pair.Difference, report.Prompts));
        return ForestPlot.Of(
            "pairs",
            pairs.Count > Most
                ? $"The {Most} largest differences of {pairs.Count} pairs of models"
                : "Every pair of models",
            "Difference in points",
            [.. shown],
            Facts(content)
        );
    }

    public static Figure? Ranks(ReportContent content)
    {
        if (content.Comparison?.Report is not { Several: { } several } report)
        {
            return null;
        }

        return CriticalDifference.Of(
            [
                .. report.Models.Select(model => new CriticalDifference.Ranked(
                    model.Model,
                    content.PlaceOf(model.Model),
                    model.AverageRank ?? 0
                )),
            ],
            several.CriticalDifference,
            several.Groups,
            Facts(content)
        );
    }

    public static Figure? Variance(ReportContent content)
    {
        const int Most = 8;
        if (content.Comparison?.Report is not { } report)
        {
            return null;
        }

        List<VarianceBars.Row> rows =
        [
            .. report
                .Models.Take(Most)
                .Where(model => model.Variance is not null)
                .Select(model => new VarianceBars.Row(model.Model, model.Variance!.Prompts, model.Variance.Seeds, 0)),
        ];
        if (content.LeadingPair is { Variance: { } split } pair)
        {
            var apart = report
                .Models.Where(model => model.Model == pair.First || model.Model == pair.Second)
                .Sum(model => model.Variance?.Seeds ?? 0);
            var isShared = split.CommonSeeds is { } common && !common.Nowhere();
            rows.Add(
                new VarianceBars.Row(
                    $"{pair.Second} − {pair.First}",
                    split.Prompts,
                    split.Seeds,
                    isShared ? Math.Max(0, apart - split.Seeds) : 0
                )
            );
        }

        return rows.Count > 0 ? VarianceBars.Of(rows, Facts(content)) : null;
    }

    public static Figure? Alignment(ReportContent content)
    {
        AlignmentScatter.Series[] series =
        [
            .. content
                .Models.Select((model, place) => (model, place))
                .Where(one => one.model.Alignment is not null)
                .Select(one => new AlignmentScatter.Series(
                    one.model.Name,
                    one.place,
                    [.. content.Prompts.Select(prompt => prompt.Sets[one.place].Score.Scs)],
                    [.. content.Prompts.Select(prompt => prompt.Sets[one.place].Stored!.Alignment!.Value)]
                )),
        ];
        return series.Length > 0 ? AlignmentScatter.Of(series, Texts(content), Facts(content)) : null;
    }

    public static Figure? HalfWidth(ReportContent content) =>
        content.Plan is { } plan
            ? HalfWidthCurves.Of(
                plan.Variance,
                content.LeadingPair is { } pair
                    ? $"the mean difference of {pair.Second} and {pair.First}"
                    : $"the mean score of {content.Models[0].Name}",
                Facts(content)
            )
            : null;

    /// <summary>The leading pair with the scores of its models.</summary>
    private static (PairComparison Pair, ModelScores First, ModelScores Second)? Pair(ReportContent content) =>
        content.LeadingPair is { } pair
            ? (pair, Scores(content, content.PlaceOf(pair.First)), Scores(content, content.PlaceOf(pair.Second)))
            : null;

    private static PairedDifferences.Row Row(PromptContent prompt, int firstPlace, int secondPlace)
    {
        var (first, second) = (prompt.Sets[firstPlace].Score, prompt.Sets[secondPlace].Score);
        return new PairedDifferences.Row(
            prompt.Prompt,
            second.Scs - first.Scs,
            (first.StandardError, second.StandardError) is ({ } a, { } b) ? Math.Sqrt((a * a) + (b * b)) : null
        );
    }

    private static ModelScores[] Scores(ReportContent content) =>
        [.. content.Models.Select((_, place) => Scores(content, place))];

    private static ModelScores Scores(ReportContent content, int place) =>
        new(content.Models[place].Name, place, [.. content.Prompts.Select(prompt => prompt.Sets[place].Score.Scs)]);

    private static string[] Texts(ReportContent content) => [.. content.Prompts.Select(prompt => prompt.Prompt)];
}
