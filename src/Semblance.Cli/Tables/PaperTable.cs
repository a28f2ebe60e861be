using Semblance.Cli.Terminal;
using Semblance.Comparison;

namespace Semblance.Cli.Tables;

/// <summary>The paper's own tests and what is wrong with them.</summary>
internal static class PaperTable
{
    public static void Add(Page page, PaperTests paper)
    {
        page.EndLine().Heading("The paper's tests", "as its code had them");
        var grid = new Grid("<test", "statistic", "p", "~");
        foreach (var one in paper.AgainstNormal.Take(SeveralTable.ShownPairs))
        {
            grid.Row($"KS against N(0,1): {one.Model}", Figures.Fixed(one.Statistic, 4), Figures.P(one.P), "");
        }

        foreach (var pair in paper.Pairs.Take(SeveralTable.ShownPairs))
        {
            var names = $"{pair.First}, {pair.Second}";
            grid.Row($"KS of two samples: {names}", Figures.Fixed(pair.KsStatistic, 4), Figures.P(pair.KsP), "exact");
            grid.Row(
                $"Wilcoxon: {names}",
                Figures.Fixed(pair.WilcoxonStatistic, 1),
                Figures.P(pair.WilcoxonP),
                pair.WilcoxonMethod
            );
        }

        grid.AddTo(page, bold: 2, rule: false);
        var more = paper.Pairs.Count - SeveralTable.ShownPairs;
        if (more > 0)
        {
            var models = Math.Max(0, paper.AgainstNormal.Count - SeveralTable.ShownPairs);
            page.Note(
                $"and {Figures.Count(more)} more pairs{(models > 0 ? $" and {Figures.Count(models, "more model")}" : "")}; --format json has them all."
            );
        }

        foreach (var note in paper.Notes)
        {
            page.Sentence("note: " + note, Ink.Caution);
        }

        page.EndLine().Heading("What is right");
    }
}
