using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Runs.Comparing;

namespace Semblance.Cli.Tables;

/// <summary>A comparison as a person reads it, the verdict last. Only shows what the report holds.</summary>
internal static class ComparisonTable
{
    /// <summary>So much of a prompt stands beside its scores, however many models there are.</summary>
    private const int PromptWidth = 24;

    /// <summary>Everything that compare shows, as one text.</summary>
    /// <param name="result">What to show.</param>
    /// <param name="caution">The encoder's own caution, or null.</param>
    /// <param name="perPrompt">The difference of every prompt.</param>
    /// <param name="surface">Where it is shown.</param>
    public static string Render(CompareResult result, string? caution, bool perPrompt, Surface surface)
    {
        var page = new Page(surface);
        var report = result.Report;
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
            PairTable.Add(page, report);
        }

        if (perPrompt)
        {
            Prompts(page, result.Matrix);
        }

        EncodersTable.Add(page, result.Encoders);
        HumanText.Add(page, result.Human);
        Verdict(page, result);
        return page.ToString();
    }

    /// <summary>The difference of two models, its tests and the verdict: what the demo ends with.</summary>
    public static string Short(CompareResult result, Surface surface)
    {
        var page = new Page(surface);
        page.Cautions(result.Warnings);
        PairTable.AddShort(page, result.Report.Pairs[0]);
        Verdict(page, result);
        return page.ToString();
    }

    /// <summary>The sentence that all of it comes down to.</summary>
    private static void Verdict(Page page, CompareResult result)
    {
        page.EndLine().Heading("Verdict");
        page.Sentence(result.Report.Verdict);
        if (result.Report.MayBeAskedAgain)
        {
            page.Note("Comparing again after adding prompts is another test, which costs alpha: docs/statistics.md");
        }
    }

    private static void Heading(Page page, CompareResult result, string? caution)
    {
        page.Heading("Comparison", $"paired by prompt: {Figures.Count(result.Report.Prompts, "prompt")}");
        page.Note($"encoder: {result.EncoderName ?? "unknown"}");
        page.Cautions([caution, .. result.Warnings]);
        page.EndLine();
    }

    private static void Models(Page page, CompareResult result)
    {
        var report = result.Report;
        var ranked = report.Models.Any(model => model.AverageRank is not null);
        var floor = result.Floor is { } known && known.Calibrate(known.Score) is not null ? known : null;
        var several = report.Models.Any(model => model.Simultaneous is not null);
        var places = report.Models.Any(model => model.Rank is not null);
        var median = ranked ? 3 : 2;
        var interval = $"{Figures.Percent(report.Settings.Level)} interval";
        var grid = new Grid([
            "=model",
            .. ranked ? (string[])["rank"] : [],
            "mean",
            "median",
            "sd",
            interval,
            .. several ? (string[])["all at once"] : [],
            .. places ? (string[])["place"] : [],
            .. floor is not null ? (string[])["calibr."] : [],
        ])
        {
            // Median, sd, the interval of all at once, places and the calibrated mean.
            Expendable =
            [
                median,
                median + 1,
                .. Enumerable.Range(median + 3, (several ? 1 : 0) + (places ? 1 : 0) + (floor is null ? 0 : 1)),
            ],
            Elsewhere = "--format json",
        };
        foreach (
            var model in report
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
                .. several ? (string[])[AllAtOnce(model)] : [],
                .. places ? (string[])[Place(model.Rank)] : [],
                .. floor is not null ? (string[])[Figures.Fixed(floor.Calibrate(model.Mean.Value))] : [],
            ]);
        }

        grid.AddTo(page, bold: ranked ? 2 : 1);
        if (several)
        {
            page.Note(
                $"{interval}: of each model alone; all at once: of all models together{(places ? "; place: by the mean, and which cannot be ruled out for all models together" : "")}"
            );
        }

        if (result.Floor is { } all)
        {
            FloorNote.Add(page, all);
        }

        DependenceNote.Add(page, report.SeedDesign, report.Pairs.Select(pair => pair.Error));
        page.Note("What the lines mean: docs/tables.md");
    }

    private static string AllAtOnce(ModelEntry model) =>
        model.Simultaneous is var (low, high) ? Figures.Range(model.Mean with { Low = low, High = high }) : "-";

    private static string Place(RankInterval? rank) =>
        rank is null ? "-"
        : rank.Low == rank.High ? Figures.Count(rank.Value)
        : $"{Figures.Count(rank.Value)} ({Figures.Count(rank.Low)} to {Figures.Count(rank.High)})";

    private static void Prompts(Page page, ScoreMatrix matrix)
    {
        page.EndLine().Heading("Every prompt");
        if (matrix.Models.Count == 2)
        {
            IEnumerable<int> order = Enumerable.Range(0, matrix.Prompts.Count).OrderByDescending(Difference);
            var grid = new Grid(["diff", .. PairTable.Short(matrix.Models, page.Surface), "<prompt"]);
            foreach (var prompt in order)
            {
                grid.Row([
                    Figures.Signed(Difference(prompt)),
                    .. matrix.Rows.Select(own => Figures.Fixed(own[prompt].Scs)),
                    matrix.Prompts[prompt],
                ]);
            }

            grid.AddTo(page, bold: 0, rule: false);
            return;
        }

        // As many models side by side as there is room for, beside as much of the prompts as tells them apart.
        var names = PairTable.Short(matrix.Models, page.Surface);
        var column = 2 + Math.Max(6, names.Max(Cells.Width));
        var room = page.Surface.Width - Math.Min(PromptWidth, matrix.Prompts.Max(Cells.Width));
        foreach (var models in Enumerable.Range(0, names.Length).Chunk(Math.Max(1, room / column)))
        {
            if (models[0] > 0)
            {
                page.EndLine();
            }

            var grid = new Grid([.. models.Select(model => names[model]), "<prompt"]);
            for (var prompt = 0; prompt < matrix.Prompts.Count; prompt++)
            {
                grid.Row([
                    .. models.Select(model => Figures.Fixed(matrix.Rows[model][prompt].Scs)),
                    matrix.Prompts[prompt],
                ]);
            }

            grid.AddTo(page, rule: false);
        }

        double Difference(int prompt) => matrix.Rows[1][prompt].Scs - matrix.Rows[0][prompt].Scs;
    }
}
