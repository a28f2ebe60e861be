using Semblance.Cli.Terminal;
using Semblance.Comparison;

namespace Semblance.Cli.Tables;

/// <summary>Three or more models: ranks, which models differ, and the pairs.</summary>
internal static class SeveralTable
{
    /// <summary>Below this the names of two models leave no room for an interval.</summary>
    private const int NarrowestWithInterval = 52;

    /// <summary>All pairs of ten models.</summary>
    public const int ShownPairs = 45;

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
        page.Note(
            $"Critical difference {Figures.Fixed(several.CriticalDifference)}: Nemenyi's test does not distinguish models that share a letter."
        );
        var letters = new Grid("rank", "<", "=model");
        foreach (var model in report.Models.OrderBy(model => model.AverageRank))
        {
            letters.Row(
                Figures.Fixed(model.AverageRank),
                string.Concat(several.Groups.Select((group, i) => group.Contains(model.Model) ? Letter(i) : " ")),
                model.Model
            );
        }

        letters.AddTo(page, bold: 0, rule: false);
        if (report.Clusters is { } clusters)
        {
            page.Note(
                $"Ranks, Friedman's and Nemenyi's tests are over the models' means in each of {Figures.Count(clusters, "cluster")}."
            );
        }

        if (report.Pairs.Any(pair => pair.Error?.ShareFromSeeds > 0))
        {
            page.Note(
                "Friedman's and Nemenyi's tests do not allow for what prompts have in common through their seeds; intervals and p (Holm) do."
            );
        }
    }

    private static void Pairs(Page page, ComparisonReport report)
    {
        page.EndLine().Heading("Pairs", "second - first, the surest first");
        var grid = new Grid([
            "=first",
            "=second",
            "diff",
            $"{Figures.Percent(report.Settings.Level)} interval",
            "all at once",
            "p (Holm)",
            "p (Nemenyi)",
        ])
        {
            Expendable = page.Surface.Width < NarrowestWithInterval ? [4, 6, 3] : [4, 6],
            Elsewhere = "--format csv",
        };
        foreach (var pair in report.Pairs.OrderBy(pair => pair.AdjustedP ?? 1).Take(ShownPairs))
        {
            grid.Row([
                pair.First,
                pair.Second,
                Figures.Signed(pair.Difference),
                Figures.SignedRange(pair.Difference),
                Figures.SignedRange(pair.Difference, pair.Simultaneous),
                Figures.P(pair.AdjustedP),
                Figures.P(pair.NemenyiP),
            ]);
        }

        grid.AddTo(page, bold: 2);
        page.Note(
            $"p (Holm): two-sided Wilcoxon signed-rank{Approximate(report)}, corrected for the number of pairs; with the intervals of each pair alone it makes the verdict. all at once: intervals of all pairs together. p (Nemenyi): of the ranks over all models, as the letters above"
        );
        if (report.Pairs.Count > ShownPairs)
        {
            page.Note(
                $"and {Figures.Count(report.Pairs.Count - ShownPairs)} more pairs; --format csv has them all{(report.Settings.Against is null ? ", --against NAME fewer" : "")}."
            );
        }
    }

    /// <summary>Where there are more prompts than signs are counted of, for all pairs alike; a pair may have fewer that differ.</summary>
    private static string Approximate(ComparisonReport report)
    {
        string[] methods = [.. report.Pairs.Select(pair => pair.Wilcoxon?.Method).OfType<string>().Distinct()];
        return methods is [] or ["exact"] ? "" : $" ({string.Join(", or ", methods)})";
    }

    /// <summary>a, b, ... z, A, ... Z.</summary>
    private static string Letter(int group) =>
        ((char)(group < 26 ? 'a' + group : 'A' + ((group - 26) % 26))).ToString();
}
