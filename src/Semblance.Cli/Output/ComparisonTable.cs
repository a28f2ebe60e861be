using Semblance.Comparison;
using Semblance.Runs;

namespace Semblance.Cli.Output;

/// <summary>A comparison as a person reads it, the verdict last. Only shows what the report holds.</summary>
internal static class ComparisonTable
{
    private const int ShownAgainst = 5;

    /// <summary>The whole page.</summary>
    /// <param name="result">What to show.</param>
    /// <param name="caution">The encoder's own caution, or null.</param>
    /// <param name="perPrompt">The difference of every prompt.</param>
    /// <param name="surface">Where it is shown.</param>
    public static string Render(CompareResult result, string? caution, bool perPrompt, Surface surface)
    {
        Page page = new(surface);
        ComparisonReport report = result.Report;
        Heading(page, result, caution);
        Models(page, result);
        if (report.Paper is { } paper)
        {
            PaperTable.Add(page, paper);
        }

        if (report.Models.Count > 2)
        {
            SeveralTable.Add(page, report);
        }
        else
        {
            Pair(page, report, report.Pairs[0]);
        }

        if (perPrompt)
        {
            Prompts(page, result.Matrix);
        }

        Verdict(page, result);
        return page.ToString();
    }

    /// <summary>The difference of two models, its tests and the verdict: what the demo ends with.</summary>
    public static string Short(CompareResult result, Surface surface)
    {
        Page page = new(surface);
        PairComparison pair = result.Report.Pairs[0];
        page.EndLine();
        Difference(page, pair);
        Tests(page, pair);
        Higher(page, pair);
        Verdict(page, result);
        return page.ToString();
    }

    /// <summary>What a reader must know, and the sentence that all of it comes down to.</summary>
    private static void Verdict(Page page, CompareResult result)
    {
        foreach (string warning in result.Warnings)
        {
            page.EndLine().Sentence("caution: " + warning, Ink.Caution);
        }

        page.EndLine().Add("Verdict", Ink.Title).EndLine();
        page.Sentence(result.Report.Verdict);
    }

    private static void Heading(Page page, CompareResult result, string? caution)
    {
        page.Add("Comparison", Ink.Title)
            .Add($"  paired by prompt: {Figures.Count(result.Report.Prompts)} prompts", Ink.Faint)
            .EndLine();
        page.Sentence($"encoder: {result.EncoderName ?? "unknown"}", Ink.Faint);
        if (caution is not null)
        {
            page.Sentence("caution: " + caution, Ink.Caution);
        }

        page.EndLine();
    }

    private static void Models(Page page, CompareResult result)
    {
        ComparisonReport report = result.Report;
        bool ranked = report.Models.Any(model => model.AverageRank is not null);
        string interval = $"{Figures.Percent(report.Settings.Level)} interval";
        Grid grid = new([
            "<model",
            .. ranked ? (string[])["rank"] : [],
            "mean",
            "median",
            "sd",
            interval,
            .. result.Floor is not null ? (string[])["calibr."] : [],
        ]);
        foreach (
            ModelEntry model in report
                .Models.OrderBy(model => model.AverageRank ?? 0)
                .ThenByDescending(model => model.Mean.Value)
        )
        {
            grid.Row([
                model.Model,
                .. ranked ? (string[])[Figures.Fixed(model.AverageRank)] : [],
                Figures.Fixed(model.Mean.Value),
                Figures.Fixed(model.Median),
                Figures.Fixed(model.Sd),
                Figures.Range(model.Mean),
                .. result.Floor is { } floor ? (string[])[Figures.Fixed(floor.Calibrate(model.Mean.Value))] : [],
            ]);
        }

        grid.AddTo(page, bold: ranked ? 2 : 1);
        if (result.Floor is { } all)
        {
            FloorNote.Add(page, all);
        }
    }

    private static void Pair(Page page, ComparisonReport report, PairComparison pair)
    {
        page.EndLine();
        Difference(page, pair);
        Tests(page, pair);
        Effects(page, pair);
        Normality(page, pair);
        Spread(page, report, pair);
        Higher(page, pair);
        Against(page, pair);
    }

    private static void Difference(Page page, PairComparison pair)
    {
        page.Add($"{pair.Second} - {pair.First}", Ink.Title).Add("  points of SCS", Ink.Faint).EndLine();
        new Grid("<", "", "<", "~")
            .Row(
                "mean difference",
                Figures.Signed(pair.Difference.Value),
                Figures.SignedRange(pair.Difference),
                pair.Difference.Method
            )
            .Row(
                "Hodges-Lehmann",
                Figures.Signed(pair.HodgesLehmann.Value),
                Figures.SignedRange(pair.HodgesLehmann),
                pair.HodgesLehmann.Method
            )
            .AddTo(page, bold: 1);
    }

    private static void Tests(Page page, PairComparison pair)
    {
        page.EndLine();
        Grid tests = new("<test (two-sided)", "p", "~");
        if (pair.Wilcoxon is { } wilcoxon)
        {
            string zeros = wilcoxon.Zeros > 0 ? $", {Figures.Count(wilcoxon.Zeros)} zeros left out" : "";
            tests.Row(
                "Wilcoxon signed-rank",
                Figures.P(wilcoxon.P),
                $"{wilcoxon.Method}; W+ {Figures.Fixed(wilcoxon.WPlus, 1)}, W- {Figures.Fixed(wilcoxon.WMinus, 1)}{zeros}"
            );
        }

        if (pair.Permutation is { } flips)
        {
            string error = flips.StandardError is { } se ? $", give or take {Figures.P(se)}" : "";
            tests.Row("sign-flip permutation", Figures.P(flips.P), flips.Method + error);
        }

        if (pair.PairedT is { } student)
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

    private static void Effects(Page page, PairComparison pair)
    {
        page.EndLine();
        Grid grid = new("<effect size", "", "<", "~");
        foreach (EffectSize effect in pair.EffectSizes)
        {
            grid.Row(
                effect.Name,
                Figures.Fixed(effect.Value),
                effect is { Low: { } low, High: { } high } ? $"{Figures.Fixed(low)} to {Figures.Fixed(high)}" : "",
                effect.Word is null ? "" : $"{effect.Word} ({effect.Convention?.Split(':')[0]})"
            );
        }

        grid.AddTo(page, bold: 1, rule: false);
    }

    private static void Normality(Page page, PairComparison pair)
    {
        if (pair.Normality.Count == 0)
        {
            return;
        }

        page.EndLine();
        Grid grid = new("<normality of the differences", "", "p");
        foreach (NormalityTest test in pair.Normality)
        {
            grid.Row(test.Name, Figures.Fixed(test.Statistic, 3), Figures.P(test.P));
        }

        grid.AddTo(page, rule: false);
    }

    private static void Spread(Page page, ComparisonReport report, PairComparison pair)
    {
        if (pair.Variance is not { } variance)
        {
            return;
        }

        string share = variance.ShareFromSeeds is { } part ? $", {Figures.Fixed(100 * part, 0)}% of it" : "";
        page.EndLine();
        page.Sentence(
            $"Variance of the difference over prompts: {Figures.Fixed(variance.Total)}; from seeds {Figures.Fixed(variance.Seeds)}{share}"
                + $" (more seeds would shrink that), from prompts {Figures.Fixed(variance.Prompts)}"
                + (variance.SharedSeeds == true ? "; both models used the same seeds." : "; independent seeds.")
        );
        page.Sentence(
            $"Standard error {Figures.Fixed(variance.StandardErrorRandomPrompts)} for any prompts like these {Figures.Count(report.Prompts)}, {Figures.Fixed(variance.StandardErrorFixedPrompts)} for these very ones.",
            Ink.Faint
        );
    }

    private static void Higher(Page page, PairComparison pair)
    {
        int higher = Math.Max(pair.SecondHigher, pair.FirstHigher);
        string leader = pair.SecondHigher >= pair.FirstHigher ? pair.Second : pair.First;
        int all = pair.SecondHigher + pair.FirstHigher + pair.Equal;
        page.EndLine();
        if (higher == 0)
        {
            page.Add($"all {Figures.Count(all)} prompts are equal").EndLine();
            return;
        }

        page.Bar(100.0 * higher / all, 20)
            .Add($"  {leader} is higher on {Figures.Count(higher)} of {Figures.Count(all)} prompts")
            .Add(pair.Equal > 0 ? $", equal on {Figures.Count(pair.Equal)}" : "")
            .EndLine();
    }

    private static void Against(Page page, PairComparison pair)
    {
        if (pair.AgainstTrend.Count == 0)
        {
            return;
        }

        page.EndLine().Add("Prompts against the trend", Ink.Title).EndLine();
        Grid grid = new("diff", Short(pair.First), Short(pair.Second), "<prompt");
        foreach (PromptDifference prompt in pair.AgainstTrend.Take(ShownAgainst))
        {
            grid.Row(
                Figures.Signed(prompt.Difference),
                Figures.Fixed(prompt.First),
                Figures.Fixed(prompt.Second),
                prompt.Prompt
            );
        }

        grid.AddTo(page, bold: 0, rule: false);
        int more = pair.AgainstTrend.Count - ShownAgainst;
        if (more > 0)
        {
            page.Add($"and {Figures.Count(more)} more; --per-prompt shows all", Ink.Faint).EndLine();
        }
    }

    private static void Prompts(Page page, ScoreMatrix matrix)
    {
        page.EndLine().Add("Every prompt", Ink.Title).EndLine();
        bool two = matrix.Models.Count == 2;
        Grid grid = new([.. two ? (string[])["diff"] : [], .. matrix.Models.Select(Short), "<prompt"]);
        IEnumerable<int> order = Enumerable.Range(0, matrix.Prompts.Count);
        if (two)
        {
            order = order.OrderByDescending(Difference);
        }

        foreach (int prompt in order)
        {
            grid.Row([
                .. two ? (string[])[Figures.Signed(Difference(prompt))] : [],
                .. matrix.Rows.Select(own => Figures.Fixed(own[prompt].Scs)),
                matrix.Prompts[prompt],
            ]);
        }

        grid.AddTo(page, bold: two ? 0 : -1, rule: false);

        double Difference(int prompt) => matrix.Rows[1][prompt].Scs - matrix.Rows[0][prompt].Scs;
    }

    /// <summary>A model's name over a column of scores.</summary>
    private static string Short(string model) => Cells.Cut(Cells.OneLine(model), 12, "~");
}
