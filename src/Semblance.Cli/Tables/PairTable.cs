using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Variance;
using Semblance.Wording;

namespace Semblance.Cli.Tables;

/// <summary>Two models: the difference with its intervals, tests, effect sizes, where it comes from, and what goes against it.</summary>
internal static class PairTable
{
    private const int ShownAgainst = 5;
    private const int BarWidth = 20;
    private const int FewestOfName = 12;

    public static void Add(Page page, ComparisonReport report)
    {
        var pair = report.Pairs[0];
        page.EndLine();
        Difference(page, pair);
        Tests(page, pair);
        Effects(page, pair);
        Normality(page, report, pair);
        Spread(page, report, pair);
        Higher(page, pair);
        Against(page, pair);
    }

    /// <summary>The difference, its tests, and how many prompts agree.</summary>
    public static void AddShort(Page page, PairComparison pair)
    {
        page.EndLine();
        Difference(page, pair);
        Tests(page, pair);
        Higher(page, pair);
    }

    /// <summary>Names of models over columns of scores.</summary>
    public static string[] Short(IReadOnlyList<string> models, Surface surface)
    {
        string[] names = [.. models.Select(Cells.OneLine)];
        var shortened = ShortNames.Of(names, surface == Surface.File ? surface.Width : 12, "~");
        return [.. names.Select(name => shortened[name])];
    }

    private static void Difference(Page page, PairComparison pair)
    {
        const string Unit = "  points of SCS";
        var room = (page.Surface.Width - Unit.Length - 3) / 2;
        page.Add($"{Name(page, pair.Second, room)} - {Name(page, pair.First, room)}", Ink.Title)
            .Add(Unit, Ink.Faint)
            .EndLine();
        new Grid("<", "", "<", "~")
            .Row(
                "mean difference",
                Figures.Signed(pair.Difference),
                Figures.SignedRange(pair.Difference),
                pair.Difference.Method
            )
            .Row(
                "Hodges-Lehmann",
                Figures.Signed(pair.HodgesLehmann),
                Figures.SignedRange(pair.HodgesLehmann),
                pair.HodgesLehmann.Method
            )
            .AddTo(page, bold: 1);
    }

    private static void Tests(Page page, PairComparison pair)
    {
        page.EndLine();
        var tests = new Grid("<test (two-sided)", "p", "~");
        if (pair.Wilcoxon is { } wilcoxon)
        {
            var zeros = wilcoxon.Zeros > 0 ? $", {Figures.Count(wilcoxon.Zeros, "zero")} left out" : "";
            tests.Row(
                "Wilcoxon signed-rank",
                Figures.P(wilcoxon.Decides),
                $"{Independent(wilcoxon.PDependent, wilcoxon.P)}{wilcoxon.Method}; W+ {Figures.Fixed(wilcoxon.WPlus, 1)}, W- {Figures.Fixed(wilcoxon.WMinus, 1)}{zeros}"
            );
        }

        if (pair.Permutation is { } flips)
        {
            var error = flips.StandardError is { } se ? $", standard error {Figures.P(se)}" : "";
            tests.Row(
                "sign-flip permutation",
                Figures.P(flips.PDependent ?? flips.P),
                Independent(flips.PDependent, flips.P) + flips.Method + error
            );
        }

        if (pair.RobustT is { } robust)
        {
            tests.Row(
                pair.Error?.Clusters is null ? "two-way t" : "cluster-robust t",
                Figures.P(robust.P),
                $"t({Figures.Fixed(robust.DegreesOfFreedom, 1)}) = {Figures.Fixed(robust.T)}"
            );
        }
        else if (pair.PairedT is { } student)
        {
            tests.Row(
                "paired t",
                Figures.P(student.P),
                $"t({Figures.Count(student.DegreesOfFreedom)}) = {Figures.Fixed(student.T)}"
            );
        }

        if (pair is { Wilcoxon: null, Permutation: null, PairedT: null })
        {
            tests.Row("none", "-", "there is no difference to test");
        }

        tests.AddTo(page, bold: 1, rule: false);
    }

    /// <summary>What the p would be if prompts had nothing in common, where that is another one.</summary>
    private static string Independent(double? dependent, double p) =>
        dependent is null ? "" : $"{Figures.P(p)} if prompts were independent; ";

    private static void Effects(Page page, PairComparison pair)
    {
        if (pair.EffectSizes.Count == 0)
        {
            return;
        }

        page.EndLine();
        var grid = new Grid("<effect size", "", "<", "~");
        foreach (var effect in pair.EffectSizes)
        {
            grid.Row(
                effect.Name,
                Figures.Fixed(effect.Value),
                effect is { Low: { } low, High: { } high } ? $"{Figures.Fixed(low)} to {Figures.Fixed(high)}" : "",
                effect.Word is null ? "" : $"{effect.Word} ({effect.Convention?.Split(':')[0]})"
            );
        }

        grid.AddTo(page, bold: 1, rule: false);
        if (pair.RobustT is not null)
        {
            page.Note(
                "Effect sizes take prompts as independent: their limits do not allow for what prompts have in common."
            );
        }
    }

    private static void Normality(Page page, ComparisonReport report, PairComparison pair)
    {
        // Differences that do not vary have no law to test, as they have no t-test.
        if (pair.PairedT is null)
        {
            return;
        }

        page.EndLine();
        if (report.Prompts < ModelComparison.FewestPromptsToTestNormality)
        {
            page.Note(
                $"normality of the differences: not tested below {ModelComparison.FewestPromptsToTestNormality} prompts"
            );
            return;
        }

        var grid = new Grid("<normality of the differences", "", "p");
        foreach (var test in pair.Normality)
        {
            grid.Row(test.Name, Figures.Fixed(test.Statistic, 3), Figures.P(test.P));
        }

        grid.AddTo(page, rule: false);
        if (report.Prompts < ModelComparison.FewestPromptsForAllTestsOfNormality)
        {
            page.Note(
                $"Anderson-Darling and D'Agostino-Pearson take {ModelComparison.FewestPromptsForAllTestsOfNormality} prompts"
            );
        }
        else if (report.Prompts > ModelComparison.MostPromptsOfShapiroWilk)
        {
            page.Note($"Shapiro-Wilk takes {Figures.Count(ModelComparison.MostPromptsOfShapiroWilk)} prompts at most");
        }
    }

    private static void Spread(Page page, ComparisonReport report, PairComparison pair)
    {
        if (pair.Variance is not { } variance)
        {
            return;
        }

        page.EndLine();
        page.Sentence(
            $"Variance of the difference: {Figures.Fixed(variance.Total)}; {Parts(variance)}"
                + $"; {CommonSeedsText.Of(variance.CommonSeeds)}."
        );
        var exactly =
            variance.Prompts < 0 ? "and no more"
            : variance.StandardErrorFixedPrompts is { } fixedPrompts ? Figures.Fixed(fixedPrompts)
            : "unknown";
        page.Note(
            $"Standard error: {Figures.Fixed(variance.StandardErrorRandomPrompts)} for any prompts like these {Figures.Count(report.Prompts)}, {exactly} for exactly these."
        );
    }

    /// <summary>Both parts are unbiased estimates, so that one may be below 0 and the other above the whole.</summary>
    private static string Parts(VarianceSplit variance)
    {
        var seeds = Figures.Fixed(variance.Seeds);
        var prompts = Figures.Fixed(variance.Prompts);
        return variance switch
        {
            { Prompts: < 0 } =>
                $"all from seeds (estimated at {seeds}), none from prompts (estimated at {prompts}, below 0 by chance)",
            { Seeds: < 0 } => $"all from prompts, none from seeds (estimated at {seeds}, below 0 by chance)",
            _ =>
                $"from seeds {seeds}{(variance.ShareFromSeeds is { } part ? $", {Figures.Fixed(100 * part, 0)}% of it" : "")}, from prompts {prompts}",
        };
    }

    private static void Higher(Page page, PairComparison pair)
    {
        var higher = Math.Max(pair.SecondHigher, pair.FirstHigher);
        var leader = pair.SecondHigher >= pair.FirstHigher ? pair.Second : pair.First;
        var all = pair.SecondHigher + pair.FirstHigher + pair.Equal;
        page.EndLine();
        if (higher == 0)
        {
            page.Add($"all {Figures.Count(all)} prompts are equal").EndLine();
            return;
        }

        var rest =
            $" is higher on {Figures.Count(higher)} of {Figures.Count(all)} prompts"
            + (pair.Equal > 0 ? $", equal on {Figures.Count(pair.Equal)}" : "");
        page.Bar(100.0 * higher / all, BarWidth);
        var room = page.Surface.Width - BarWidth - 2 - rest.Length;
        if (room >= Math.Min(FewestOfName, Cells.Width(leader)))
        {
            page.Add($"  {Name(page, leader, room)}{rest}").EndLine();
            return;
        }

        // A narrow terminal has no room for both.
        page.EndLine().Sentence(Name(page, leader, page.Surface.Width) + rest);
    }

    private static void Against(Page page, PairComparison pair)
    {
        if (pair.AgainstTrend.Count == 0)
        {
            return;
        }

        page.EndLine().Heading("Prompts against the trend");
        var grid = new Grid(["diff", .. Short([pair.First, pair.Second], page.Surface), "<prompt"]);
        PromptDifference[] shown = [.. pair.AgainstTrend.Take(ShownAgainst)];
        var decimals = shown.Max(one => SignedPoints.Decimals(one.Difference, one.Difference, one.Difference));
        foreach (var prompt in shown)
        {
            grid.Row(
                SignedPoints.Of(prompt.Difference, decimals),
                Figures.Fixed(prompt.First),
                Figures.Fixed(prompt.Second),
                prompt.Prompt
            );
        }

        grid.AddTo(page, bold: 0, rule: false);
        var more = pair.AgainstTrend.Count - ShownAgainst;
        if (more > 0)
        {
            page.Add($"and {Figures.Count(more)} more; --per-prompt shows all", Ink.Faint).EndLine();
        }
    }

    private static string Name(Page page, string name, int room) =>
        Cells.CutMiddle(Cells.OneLine(name), Math.Max(4, room), page.Ellipsis);
}
