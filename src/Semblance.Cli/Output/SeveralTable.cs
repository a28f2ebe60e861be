using Semblance.Comparison;

namespace Semblance.Cli.Output;

/// <summary>Three or more models: ranks, what can be told apart, and the pairs.</summary>
internal static class SeveralTable
{
    private const int ShownPairs = 45;

    public static void Add(Page page, ComparisonReport report)
    {
        if (report.Several is { } several)
        {
            Ranks(page, report, several);
        }

        Pairs(page, report);
    }

    private static void Ranks(Page page, ComparisonReport report, SeveralModels several)
    {
        page.EndLine().Heading("All models");
        new Grid("<test", "", "p")
            .Row(
                "Friedman",
                $"chi2({Figures.Count(several.DegreesOfFreedom)}) = {Figures.Fixed(several.Friedman)}",
                Figures.P(several.P)
            )
            .Row(
                "Iman-Davenport",
                several.ImanDavenportF is { } f ? $"F = {Figures.Fixed(f)}" : "all prompts agree, exact",
                Figures.P(several.ImanDavenportP)
            )
            .Row("Kendall's W", Figures.Fixed(several.KendallsW, 3), "")
            .AddTo(page, bold: 2, rule: false);
        page.EndLine();
        page.Sentence(
            $"Critical difference {Figures.Fixed(several.CriticalDifference)}: models that share a letter have average ranks no further apart, and Nemenyi's test does not tell them from each other.",
            Ink.Faint
        );
        Grid letters = new("rank", "<", "=model");
        foreach (ModelEntry model in report.Models.OrderBy(model => model.AverageRank))
        {
            letters.Row(
                Figures.Fixed(model.AverageRank),
                string.Concat(several.Groups.Select((group, i) => group.Contains(model.Model) ? Letter(i) : " ")),
                model.Model
            );
        }

        letters.AddTo(page, bold: 0, rule: false);
    }

    private static void Pairs(Page page, ComparisonReport report)
    {
        page.EndLine().Heading("Pairs", "second - first, the surest first");
        // A narrow terminal has no room for both p-values.
        bool wide = page.Surface.Width >= 70;
        Grid grid = new([
            "=first",
            "=second",
            "diff",
            $"{Figures.Percent(report.Settings.Level)} interval",
            "p (Holm)",
            .. wide ? (string[])["p (Nemenyi)"] : [],
        ]);
        foreach (PairComparison pair in report.Pairs.OrderBy(pair => pair.AdjustedP ?? 1).Take(ShownPairs))
        {
            grid.Row([
                pair.First,
                pair.Second,
                Figures.Signed(pair.Difference.Value),
                Figures.SignedRange(pair.Difference),
                Figures.P(pair.AdjustedP),
                .. wide ? (string[])[Figures.P(pair.NemenyiP)] : [],
            ]);
        }

        grid.AddTo(page, bold: 2);
        page.Sentence(
            "p (Holm): Wilcoxon signed-rank, corrected for the number of pairs. Intervals are of each pair alone: one may leave out 0 where p (Holm) is large.",
            Ink.Faint
        );
        if (report.Pairs.Count > ShownPairs)
        {
            page.Sentence(
                $"and {Figures.Count(report.Pairs.Count - ShownPairs)} more pairs; --format csv has them all{(report.Settings.Against is null ? ", --against NAME fewer" : "")}.",
                Ink.Faint
            );
        }
    }

    /// <summary>a, b, ... z, A, ... Z.</summary>
    private static string Letter(int group) =>
        ((char)(group < 26 ? 'a' + group : 'A' + ((group - 26) % 26))).ToString();
}
