using Semblance.Reports.Content;
using Semblance.Text;
using Semblance.Wording;

namespace Semblance.Reports.Pages;

/// <summary>The first thing that is read: the verdict, and the numbers that it rests on.</summary>
internal static class Opening
{
    /// <summary>The verdict as the heading of the page, with its numbers below.</summary>
    public static Html Verdict(ReportContent content)
    {
        var (finding, numbers) = Split(content);
        return Html.Of(
            $"""
            <p class="kicker">Semblance report · <bdi>{content.Name}</bdi></p>
            <h1><bdi>{content.Decision ?? finding}</bdi></h1>{(
                content.Decision is null ? default : Html.Of($"<p class=\"lead\"><bdi>{finding}</bdi></p>")
            )}
            <p class="lead"><bdi>{numbers}</bdi></p>
            """
        );
    }

    /// <summary>Mean of each model, the difference, and on how many prompts it holds.</summary>
    public static Html Keys(ReportContent content)
    {
        const int Most = 6;
        var models = content
            .Models.Select((model, place) => (model, place))
            .OrderByDescending(one => one.model.Mean.Value)
            .Take(Most)
            .Select(one => Model(one.model, one.place));
        var more =
            content.Models.Count > Most
                ? Html.Of(
                    $"<p class=\"muted\">The {Most} most consistent of {content.Models.Count} models; the figures show all.</p>"
                )
                : default;
        return Html.Of($"<dl class=\"keys\">{models}{Pair(content)}</dl>{more}");
    }

    private static Html Model(ModelContent model, int place) =>
        Html.Of(
            $"""
            <div><dt>{Symbol.Of(place)}<bdi>{model.Name}</bdi></dt><dd>{Numbers.Fixed(
                model.Mean.Value
            )}<small>{Interval(model)}</small></dd></div>
            """
        );

    private static string Interval(ModelContent model) =>
        double.IsFinite(model.Mean.Low)
            ? $"mean score, {Numbers.Percent(model.Mean.Level)} interval {Numbers.Range(model.Mean)}"
            : "score of one prompt, which has no interval";

    private static Html Pair(ReportContent content)
    {
        if (content.LeadingPair is not { } pair)
        {
            return default;
        }

        var (model, prompts) =
            pair.FirstHigher > pair.SecondHigher ? (pair.First, pair.FirstHigher) : (pair.Second, pair.SecondHigher);
        return Html.Of(
            $"""
            <div><dt>Difference, <bdi>{pair.Second}</bdi> − <bdi>{pair.First}</bdi></dt><dd>{Numbers.Signed(
                pair.Difference
            )}<small>points, {Numbers.Percent(pair.Difference.Level)} interval {Numbers.SignedRange(
                pair.Difference
            )}</small></dd></div>
            <div><dt>Prompts on which <bdi>{model}</bdi> is higher</dt><dd>{prompts} of {content.Prompts.Count}<small>{Test(
                pair.AdjustedP,
                pair.Wilcoxon?.Decides
            )}</small></dd></div>
            """
        );
    }

    private static string Test(double? adjusted, double? p) =>
        p is not { } raw ? "no difference to test"
        : adjusted is { } holm ? $"Wilcoxon {Numbers.P(raw)}, after Holm {Numbers.P(holm)}"
        : $"Wilcoxon {Numbers.P(raw)}";

    /// <summary>What was found, and the numbers that say so.</summary>
    public static (string Finding, string Numbers) Split(ReportContent content)
    {
        var prompts = Plural.Of(content.Prompts.Count, "prompt");
        if (content.Comparison?.Report is { } report)
        {
            // The numbers of two models begin with "second - first = ".
            var pair = report.Pairs[0];
            var at = report.Verdict.IndexOf($": {pair.Second} - {pair.First} = ", StringComparison.Ordinal);
            return at < 0
                ? (report.Verdict, $"{content.Models.Count} models, {prompts}")
                : (report.Verdict[..at] + ".", report.Verdict[(at + 2)..]);
        }

        var model = content.Models[0];
        return (
            $"{model.Name} scores {Numbers.Fixed(model.Mean.Value)} of 100.",
            content.NotCompared is { } reason
                ? $"No comparison: {reason}"
                : $"One model, {prompts}: there is nothing to compare it with."
        );
    }
}
