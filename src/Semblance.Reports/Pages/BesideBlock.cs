using Semblance.Reports.Content;
using Semblance.Text;

namespace Semblance.Reports.Pages;

/// <summary>A second run beside the one of the page.</summary>
internal static class BesideBlock
{
    public static Html Of(ReportContent content)
    {
        if (content.Beside is not { } beside)
        {
            return default;
        }

        var (finding, numbers) = Opening.Split(beside.Content);
        return Html.Of(
            $"""
            <p><bdi>{beside.Name}</bdi>: <bdi>{finding}</bdi> <span class="muted"><bdi>{numbers}</bdi></span></p>
            {(
                beside.NotComparable is { } reason
                    ? Html.Of($"<p><strong>{reason}</strong></p>")
                    : Changes(content, beside)
            )}
            """
        );
    }

    private static Html Changes(ReportContent content, BesideContent beside) =>
        beside.Changes.Count == 0
            ? Html.Of(
                $"<p class=\"muted\">The two runs have no model with two prompts in common, so there is nothing to pair.</p>"
            )
            : Html.Of(
                $"""
                <div class="scroll" tabindex="0" role="region" aria-label="The same models in both runs"><table><caption>The same models in both runs, paired by prompt. The change is {content.Name} − {beside.Name}.</caption><thead><tr><th scope="col">Model</th><th scope="col" class="num">Prompts</th><th scope="col" class="num">{content.Name}</th><th scope="col" class="num">{beside.Name}</th><th scope="col" class="num">Change</th><th scope="col" class="num">Interval</th><th scope="col" class="num">Wilcoxon</th></tr></thead><tbody>{beside.Changes.Select(
                    change => Row(content, change)
                )}</tbody></table></div>
                """
            );

    private static Html Row(ReportContent content, RunChange change) =>
        Html.Of(
            $"""
            <tr><th scope="row">{Symbol.Of(
                content.PlaceOf(change.Model)
            )}<bdi>{change.Model}</bdi></th><td class="num">{change.Prompts}</td><td class="num">{Numbers.Fixed(
                change.Here.Value
            )}</td><td class="num">{Numbers.Fixed(change.There.Value)}</td><td class="num">{Numbers.Signed(
                change.Difference
            )}</td><td class="num">{Numbers.SignedRange(change.Difference)}</td><td class="num">{(
                change.P is { } p ? Numbers.P(p) : "no difference"
            )}</td></tr>
            """
        );
}
