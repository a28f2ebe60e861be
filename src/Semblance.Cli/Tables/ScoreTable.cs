using Semblance.Cli.Terminal;
using Semblance.Consistency;

namespace Semblance.Cli.Tables;

/// <summary>The scores as a person reads them. Only shows what the report holds; every number is 100 cos.</summary>
internal static class ScoreTable
{
    private const int Shown = 3;
    private const int BarWidth = 12;
    private const string Gap = "  ";

    /// <summary>Everything that score shows, as one text.</summary>
    /// <param name="report">What to show.</param>
    /// <param name="caution">The encoder's own caution (<see cref="IImageEncoder.Caution"/>), or null.</param>
    /// <param name="perPrompt">Every prompt, and not just the most and least consistent.</param>
    /// <param name="explain">Medoid, outliers and near-duplicates of every set.</param>
    /// <param name="surface">Where it is shown.</param>
    public static string Render(ScoreReport report, string? caution, bool perPrompt, bool explain, Surface surface)
    {
        var page = new Page(surface);
        Heading(page, report, caution);
        Models(page, report);
        foreach (var model in report.Models.OrderByDescending(model => model.MeanScs))
        {
            Prompts(page, report, model, perPrompt);
        }

        if (explain)
        {
            var titles = Titles(report.Sets, page);
            foreach (var set in report.Sets)
            {
                SetTable.Add(page, set, titles[Title(set)]);
            }
        }

        return page.ToString();
    }

    private static void Heading(Page page, ScoreReport report, string? caution)
    {
        page.Heading("Semantic Consistency Score", "SCS, at most 100 (all images alike)");
        var encoder = report.Encoder;
        // Only the recipe's name; its numbers are in the JSON.
        var recipe = encoder.Preprocessing.Split(':')[0];
        var name = encoder.Name.Length > 0 ? encoder.Name : "unknown (embeddings made elsewhere)";
        string[] facts = [name, recipe.Length > 0 ? $"preprocessing {recipe}" : "", encoder.Precision];
        page.Note("encoder: " + string.Join("; ", facts.Where(fact => fact.Length > 0)));
        page.Cautions(caution);
        FewPrompts.Warn(page, report.Models);
        foreach (var near in report.Models.Where(model => model.NearFloor))
        {
            page.Cautions(
                $"{Name(near.Model)} scores {Figures.Fixed(near.MeanScs)}, and its own images of different prompts {Figures.Fixed(near.Floor)}: it hardly follows its prompts, so that its score says nothing about consistency."
            );
        }

        page.EndLine();
    }

    private static void Models(Page page, ScoreReport report)
    {
        var aligned = report.Sets.Any(set => set.Alignment is not null);
        var calibrated = report.Models.Any(model => model.Calibrated is not null);
        var grid = new Grid([
            "=model",
            "prompts",
            "images",
            "mean",
            "median",
            "sd",
            "95% interval",
            .. aligned ? (string[])["text"] : [],
            .. calibrated ? (string[])["calibr."] : [],
        ])
        {
            // Median, sd, images, prompts.
            Expendable = [4, 5, 2, 1],
        };
        foreach (var model in report.Models.OrderByDescending(model => model.MeanScs))
        {
            var sets = SetsOf(report, model);
            grid.Row([
                Name(model.Model),
                Figures.Count(model.Prompts),
                Figures.Count(sets.Sum(set => set.Images)),
                Figures.Fixed(model.MeanScs),
                Figures.Fixed(model.MedianScs),
                Figures.Fixed(model.SdScs),
                Interval(model.Ci95),
                .. aligned ? (string[])[Figures.Fixed(sets.Average(set => set.Alignment))] : [],
                .. calibrated ? (string[])[Figures.Fixed(model.Calibrated)] : [],
            ]);
        }

        grid.AddTo(page, bold: 3);
        if (report.Floor is { } floor)
        {
            FloorNote.Add(page, floor);
        }

        if (report.Models.Any(model => model.Error is not null))
        {
            DependenceNote.Add(page, report.SeedDesign, report.Models.Select(model => model.Error));
        }

        page.Note("What the columns mean: docs/tables.md");
    }

    private static void Prompts(Page page, ScoreReport report, ModelScore model, bool all)
    {
        SetScore[] sets =
        [
            .. SetsOf(report, model)
                .OrderByDescending(set => set.Scs)
                .ThenBy(set => set.Prompt, StringComparer.Ordinal),
        ];
        var of = report.Models.Count > 1 ? Name(model.Model) : null;
        if (all || sets.Length <= 2 * Shown)
        {
            PromptRows(page, of, "prompts, the most consistent first", sets, sets, wide: all);
        }
        else
        {
            PromptRows(page, of, "most consistent prompts", sets[..Shown], sets, wide: false);
            PromptRows(page, of, "least consistent prompts", sets[^Shown..], sets, wide: false);
        }
    }

    /// <summary>Lines of some sets of a model, whose prompts are distinct among all of them.</summary>
    private static void PromptRows(Page page, string? model, string title, SetScore[] sets, SetScore[] all, bool wide)
    {
        if (sets.Length == 0)
        {
            return;
        }

        wide &= page.Surface.Width >= 76;
        var aligned = sets.Any(set => set.Alignment is not null);
        var bars = page.Surface.Width >= 60;
        var details =
            (wide ? $"{Gap}{"images", 6}{Gap}{"min", 6}{Gap}{"max", 6}" : "") + (aligned ? $"{Gap}{"text", 6}" : "");
        var before = 6 + Gap.Length + 5 + details.Length + (bars ? Gap.Length + BarWidth : 0) + Gap.Length;
        if (model is not null)
        {
            title = $"{Cells.CutMiddle(model, page.Surface.Width - title.Length - 2, page.Ellipsis)}: {title}";
        }

        page.EndLine().Heading(title);
        var room = Math.Max(4, page.Surface.Width - before - all.Max(set => Flags(set).Length));
        var prompts = ShortNames.OfPrompts(all.Select(set => Name(set.Prompt)), room, page.Ellipsis);
        var heading = $"{"SCS", 6}{Gap}{"s.e.", 5}{details}";
        page.Add(heading.PadRight(before) + "prompt", Ink.Faint).EndLine();
        foreach (var set in sets)
        {
            page.Add(Score(set.Scs, 6), Ink.Title).Add(Gap + Score(set.StandardError, 5), Ink.Faint);
            if (wide)
            {
                page.Add($"{Gap}{set.Images, 6}{Gap}{Score(set.MinPair, 6)}{Gap}{Score(set.MaxPair, 6)}");
            }

            if (aligned)
            {
                page.Add(Gap + Score(set.Alignment, 6));
            }

            if (bars)
            {
                page.Add(Gap).Bar(set.Scs, BarWidth);
            }

            page.Add(Gap + prompts[Name(set.Prompt)]).Add(Flags(set), Ink.Caution).EndLine();
        }
    }

    private static string Flags(SetScore set) => set.Flags.Count > 0 ? $" [{string.Join(", ", set.Flags)}]" : "";

    private static string Title(SetScore set) =>
        set.Model.Length > 0 ? $"{Cells.OneLine(set.Model)}: {Name(set.Prompt)}" : Name(set.Prompt);

    private static IReadOnlyDictionary<string, string> Titles(IEnumerable<SetScore> sets, Page page) =>
        ShortNames.OfPrompts(sets.Select(Title), page.Surface.Width, page.Ellipsis);

    private static SetScore[] SetsOf(ScoreReport report, ModelScore model) =>
        [.. report.Sets.Where(set => string.Equals(set.Model, model.Model, StringComparison.Ordinal))];

    private static string Name(string name) => name.Length > 0 ? Cells.OneLine(name) : "(unnamed)";

    private static string Interval(IReadOnlyList<double>? interval) =>
        interval switch
        {
            null => "-",
            // Wider than the scale of scores: it says nothing but that.
            [< 0, > 100] => "too few prompts",
            [var low, var high] when low == high => "does not vary",
            _ => $"{Score(interval[0])} to {Score(interval[1])}",
        };

    private static string Score(double? score, int width = 0) => Figures.Fixed(score).PadLeft(width);
}
