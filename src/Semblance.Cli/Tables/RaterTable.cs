using Semblance.Agreement;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tables;

/// <summary>A line for each rater, those who are left out with the reason.</summary>
internal static class RaterTable
{
    private const int Shown = 40;

    public static void Add(Page page, AgreementReport report)
    {
        page.EndLine().Heading("Raters");
        var grid = new Grid(
            "=rater",
            "votes",
            "with others",
            "accuracy",
            "left",
            "side p",
            "checks",
            "repeats",
            "seconds",
            "run"
        )
        {
            Expendable = [9, 3, 7, 8, 5, 4],
            Elsewhere = "--format json",
        };
        foreach (var rater in report.Raters.OrderBy(one => one.LeftOut is null ? 0 : 1).Take(Shown))
        {
            var sided = rater.Left + rater.Right;
            grid.Row(
                rater.Rater,
                Figures.Count(rater.Votes),
                AgreementTable.Percent(rater.WithOthers),
                AgreementTable.Percent(rater.Accuracy),
                sided > 0 ? AgreementTable.Percent((double)rater.Left / sided) : "-",
                Figures.P(rater.AdjustedSideP),
                rater.Checks > 0 ? $"{rater.ChecksPassed}/{rater.Checks}" : "-",
                rater.Repeats > 0 ? $"{rater.RepeatsSame}/{rater.Repeats}" : "-",
                Figures.Fixed(rater.MedianSeconds, 1),
                Figures.Count(rater.LongestRun)
            );
        }

        grid.AddTo(page);
        if (report.Raters.Count > Shown)
        {
            page.Note($"and {report.Raters.Count - Shown} more; --format json has all");
        }

        page.Note(
            "accuracy: Dawid and Skene, one coin; side p: left against right, after Holm; run: most equal answers in a row"
        );
        foreach (var rater in report.Raters.Where(one => one.LeftOut is not null))
        {
            page.Sentence($"{rater.Rater} is left out: {rater.LeftOut}.");
        }
    }
}
