using Semblance.Comparison;
using Semblance.Reports.Content;
using Semblance.Reports.Figures;

namespace Semblance.Reports.Selection;

/// <summary>Which figures a report has, each from its part of the content.</summary>
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
        Figures.Raincloud.Of(
            [.. content.Models.Select((_, place) => Scores(content, place))],
            [.. content.Prompts.Select(prompt => prompt.Prompt)],
            Facts(content)
        );

    /// <summary>Differences of the leading pair; null without a comparison.</summary>
    public static Figure? Differences(ReportContent content) =>
        content.LeadingPair is { } pair
            ? PairedDifferences.Of(
                Scores(content, content.PlaceOf(pair.First)),
                Scores(content, content.PlaceOf(pair.Second)),
                [.. content.Prompts.Select(prompt => Row(content, pair, prompt))],
                pair.Difference,
                Facts(content)
            )
            : null;

    private static PairedDifferences.Row Row(ReportContent content, PairComparison pair, PromptContent prompt)
    {
        var first = prompt.Sets[content.PlaceOf(pair.First)].Score;
        var second = prompt.Sets[content.PlaceOf(pair.Second)].Score;
        return new PairedDifferences.Row(
            prompt.Prompt,
            second.Scs - first.Scs,
            (first.StandardError, second.StandardError) is ({ } a, { } b) ? Math.Sqrt((a * a) + (b * b)) : null
        );
    }

    private static ModelScores Scores(ReportContent content, int place) =>
        new(content.Models[place].Name, place, [.. content.Prompts.Select(prompt => prompt.Sets[place].Score.Scs)]);
}
