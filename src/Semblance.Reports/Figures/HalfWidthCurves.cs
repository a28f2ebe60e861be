using System.Globalization;
using Semblance.Planning;
using Semblance.Reports.Scenes;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>What would more prompts and more seeds buy? Half the width of the interval against the number of prompts, a line for each number of seeds.</summary>
internal static class HalfWidthCurves
{
    private const string Title = "How wide the interval would be";
    private const int Points = 60;

    private static readonly int[] Seeds = [4, 10, 20, 40];

    /// <summary>The figure of a pilot's components of variance.</summary>
    /// <param name="variance">Of the pilot.</param>
    /// <param name="what">What the interval is of.</param>
    /// <param name="facts">For the caption.</param>
    public static Figure Of(StudyVariance variance, string what, StudyFacts facts)
    {
        var most = Math.Max(200, 4 * facts.Prompts);
        int[] prompts =
        [
            .. Enumerable
                .Range(0, Points + 1)
                .Select(i => (int)Math.Round(5 * Math.Pow(most / 5.0, (double)i / Points)))
                .Distinct(),
        ];
        var finding = Finding(variance, what, facts);
        return new Figure(
            "half-width",
            Title,
            $"{finding} A line is a number of seeds per prompt; the ring is this study. 95% interval of {what}, Student's. {facts}.",
            style => Draw(variance, prompts, facts, style, finding),
            new DataTable(
                ["seeds", "prompts", "half_width"],
                [
                    .. Seeds.SelectMany(seeds =>
                        prompts.Select(count =>
                            (IReadOnlyList<object?>)[seeds, count, variance.HalfWidth(count, seeds)]
                        )
                    ),
                ]
            )
        );
    }

    private static string Finding(StudyVariance variance, string what, StudyFacts facts)
    {
        var seeds = Math.Max(2, facts.FewestSeeds ?? variance.PilotSeeds ?? 20);
        var now = variance.HalfWidth(facts.Prompts, seeds);
        var prompts = variance.HalfWidth(2 * facts.Prompts, seeds);
        var more = variance.HalfWidth(facts.Prompts, 2 * seeds);
        return Invariant(
            $"By the parts of the variance, {facts.Prompts} prompts with {seeds} seeds give an interval of {what} that is {now:F2} points wide to either side; twice as many prompts would make that {prompts:F2}, twice as many seeds {more:F2}."
        );
    }

    private static Scene Draw(
        StudyVariance variance,
        int[] prompts,
        StudyFacts facts,
        FigureStyle style,
        string finding
    )
    {
        var em = style.FontSize;
        var (top, bottom) = (em * 0.8, (em * 0.8) + Math.Min(em * 20, style.Width * 0.6));
        var widths = Seeds
            .Select(seeds => prompts.Select(count => variance.HalfWidth(count, seeds)).ToArray())
            .ToArray();
        double? own =
            facts.FewestSeeds is { } seeds and >= 2 && facts.Prompts >= prompts[0]
                ? variance.HalfWidth(facts.Prompts, seeds)
                : null;
        // Five prompts would need most of the height: the axis begins where it is of use, or where this study is.
        var most = Math.Max(widths.Max(line => line[Math.Min(line.Length - 1, 8)]), 1.05 * (own ?? 0));
        var up = new LinearScale(0, Math.Max(1e-9, most), bottom, top);
        var left = Axis.Width(up, style);
        var right = style.Width - (FontFace.Width("40 seeds", em) + (em * 0.8));
        var across = new LinearScale(Math.Log(prompts[0]), Math.Log(prompts[^1]), left, right);
        List<Mark> marks = [.. Axis.Left(up, left, right, style, "Half width in points")];
        foreach (var tick in (int[])[5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 40_000])
        {
            if (tick <= prompts[^1])
            {
                var x = across.At(Math.Log(tick));
                marks.Add(LineMark.Between(x, top, x, bottom, Tone.Rule, 0.75));
                marks.Add(
                    new TextMark(
                        new Spot(x, bottom + (em * 1.25)),
                        tick.ToString(CultureInfo.InvariantCulture),
                        em * 0.92,
                        Tone.Muted,
                        Anchor.Middle
                    )
                );
            }
        }

        marks.Add(LineMark.Between(left, bottom, right, bottom, Tone.Muted, 0.75));
        marks.Add(
            new TextMark(new Spot((left + right) / 2, bottom + (em * 2.7)), "Prompts", em, Tone.Muted, Anchor.Middle)
        );
        var labels = Apart([.. widths.Select(line => up.At(line[^1]))], em * 1.15);
        for (var i = 0; i < Seeds.Length; i++)
        {
            Spot[] line =
            [
                .. prompts
                    .Select((count, p) => (X: across.At(Math.Log(count)), Width: widths[i][p]))
                    .Where(point => point.Width <= up.High)
                    .Select(point => new Spot(point.X, up.At(point.Width))),
            ];
            if (line.Length > 1)
            {
                marks.Add(new LineMark(line, Seeds[i] == facts.FewestSeeds ? Tone.Ink : Tone.Muted, 1.5));
            }

            marks.Add(
                new TextMark(
                    new Spot(right + (em * 0.5), labels[i] + (em * 0.34)),
                    Invariant($"{Seeds[i]} seeds"),
                    em,
                    Seeds[i] == facts.FewestSeeds ? Tone.Ink : Tone.Muted
                )
            );
        }

        if (own is { } ownWidth)
        {
            var here = new Spot(across.At(Math.Log(facts.Prompts)), up.At(ownWidth));
            marks.Add(new DotMark(here, style.Dot * 2.2, Tone.Ink, Hollow: true));
            marks.Add(new DotMark(here, style.Dot * 0.9, Tone.Ink));
        }

        return new Scene(style.Width, bottom + Axis.Height(style), Title, finding, marks);
    }

    /// <summary>Places of labels, from the top, moved down until none lies on another, and then up where they left the figure.</summary>
    private static double[] Apart(double[] wanted, double least)
    {
        var order = Enumerable.Range(0, wanted.Length).OrderBy(i => wanted[i]).ToArray();
        var places = (double[])wanted.Clone();
        for (var i = order.Length - 2; i >= 0; i--)
        {
            places[order[i]] = Math.Min(places[order[i]], places[order[i + 1]] - least);
        }

        return places;
    }
}
