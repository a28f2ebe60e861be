using Semblance.Reports.Content;
using Semblance.Reports.Selection;
using Semblance.Text;
using Semblance.Wording;

namespace Semblance.Reports.Pages;

/// <summary>Whether people see what the score says.</summary>
internal static class PeopleBlock
{
    /// <summary>Verdict, figures and what to be careful about; where there are no votes, what they would tell.</summary>
    public static Html Of(ReportContent content)
    {
        if (content.Human is not { Report: var report })
        {
            return content.Run is null
                ? default
                : Html.Of(
                    $"<p class=\"muted\">Nobody was asked, or their votes are not in the run folder. The score says what an encoder sees; only votes of people say whether they see it, too.</p>"
                );
        }

        var leftOut = report.Raters.Where(rater => rater.LeftOut is not null).ToArray();
        string[] notes =
        [
            .. leftOut.Length == 0
                ? (string[])[]
                :
                [
                    $"{Plural.Of(leftOut.Length, "rater")} of {report.Raters.Count} {(leftOut.Length == 1 ? "is" : "are")} left out by the rules of exclusion: the first, {leftOut[0].Rater}, {leftOut[0].LeftOut}.",
                ],
            .. report.Warnings,
        ];
        return Html.Of(
            $"""
            <p><bdi>{report.Verdict}</bdi></p>{Sections.Figures(
                HumanFigures.Strip(content),
                HumanFigures.Curve(content)
            )}{(notes.Length > 0 ? Sections.Careful(notes) : default)}
            """
        );
    }
}
