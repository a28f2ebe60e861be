using System.Globalization;
using Semblance.Reports.Scenes;
using Semblance.Statistics;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>Which images of a prompt are alike? The similarity of each pair, seeds in the order of a clustering.</summary>
internal static class HeatMap
{
    /// <summary>Beyond this many images a cell would be smaller than a point.</summary>
    public const int MostImages = 200;

    /// <summary>The similarities of one set.</summary>
    /// <param name="Model">Whose images.</param>
    /// <param name="Place">Its place among the models.</param>
    /// <param name="Seeds">What names each image, [n].</param>
    /// <param name="Similarities">100 cos, clamped at 0, [n][n].</param>
    internal sealed record Panel(string Model, int Place, IReadOnlyList<string> Seeds, double[][] Similarities);

    /// <summary>The figure of one prompt, a triangle for each model.</summary>
    public static Figure Of(string prompt, IReadOnlyList<Panel> panels, StudyFacts facts)
    {
        const string Title = "Similarity of each pair of images";
        var ordered = panels.Select(panel => (Panel: panel, Order: AverageLinkage.Order(Distances(panel)))).ToArray();
        var (low, high) = Range(panels);
        var finding = string.Join(
            " ",
            panels.Select(panel =>
            {
                var pairs = Pairs(panel).ToArray();
                return Invariant($"{panel.Model}: pairs from {pairs.Min():F1} to {pairs.Max():F1}.");
            })
        );
        return new Figure(
            "heat-map",
            Title,
            $"{finding} Seeds are in the order of an average-linkage clustering, so that groups of like images lie together. Prompt: {Raincloud.Short(prompt)}. Encoder {facts.Encoder ?? "unknown"}.",
            style => Draw(ordered, low, high, style, Title, finding),
            new DataTable(
                ["model", "seed", "other_seed", "similarity"],
                [
                    .. panels.SelectMany(panel =>
                        from i in Enumerable.Range(0, panel.Seeds.Count)
                        from j in Enumerable.Range(i + 1, panel.Seeds.Count - i - 1)
                        select (IReadOnlyList<object?>)
                            [panel.Model, panel.Seeds[i], panel.Seeds[j], panel.Similarities[i][j]]
                    ),
                ]
            )
        );
    }

    private static double[][] Distances(Panel panel) =>
        [.. panel.Similarities.Select(row => Array.ConvertAll(row, similarity => 100 - similarity))];

    private static IEnumerable<double> Pairs(Panel panel) =>
        from i in Enumerable.Range(0, panel.Seeds.Count)
        from j in Enumerable.Range(i + 1, panel.Seeds.Count - i - 1)
        select panel.Similarities[i][j];

    private static (double Low, double High) Range(IReadOnlyList<Panel> panels)
    {
        double[] all = [.. panels.SelectMany(Pairs)];
        var (low, high) = (Math.Floor(all.Min() / 5) * 5, Math.Ceiling(all.Max() / 5) * 5);
        return high > low ? (low, high) : (low, low + 5);
    }

    private static Scene Draw(
        (Panel Panel, int[] Order)[] panels,
        double low,
        double high,
        FigureStyle style,
        string title,
        string finding
    )
    {
        var em = style.FontSize;
        var across = style.Width >= em * 36 ? Math.Min(2, panels.Length) : 1;
        var gap = em * 2;
        var width = (style.Width - (gap * (across - 1))) / across;
        List<Mark> marks = [];
        var (top, height) = (0.0, 0.0);
        for (var i = 0; i < panels.Length; i++)
        {
            if (i > 0 && i % across == 0)
            {
                (top, height) = (top + height + em, 0);
            }

            var (panel, order) = panels[i];
            var left = i % across * (width + gap);
            height = Math.Max(height, Triangle(marks, panel, order, low, high, left, top, width, style));
        }

        var bottom = top + height + (em * 0.8);
        Legend(marks, low, high, bottom, style);
        return new Scene(style.Width, bottom + (em * 2.4), title, finding, marks);
    }

    private static double Triangle(
        List<Mark> marks,
        Panel panel,
        int[] order,
        double low,
        double high,
        double left,
        double top,
        double width,
        FigureStyle style
    )
    {
        var em = style.FontSize;
        var n = order.Length;
        var labels = panel.Seeds.Max(seed => FontFace.Width(Cut(seed), em * 0.8)) + (em * 0.5);
        var room = Math.Min(width - labels, em * 26) / (n - 1);
        var cell = room >= 3 ? Math.Floor(Math.Min(room, em * 2)) : room;
        var (x0, y0) = (Math.Ceiling(left + labels), Math.Ceiling(top + (em * 2.6)));
        marks.Add(
            new TextMark(
                new Spot(left, top + em),
                FontFace.Fit(panel.Model, em, width, strong: true),
                em,
                Tone.Model(panel.Place),
                Strong: true
            )
        );
        var cells =
            from i in Enumerable.Range(1, n - 1)
            from j in Enumerable.Range(0, i)
            let similarity = panel.Similarities[order[i]][order[j]]
            select new RectMark(
                x0 + (j * cell),
                y0 + ((i - 1) * cell),
                cell,
                cell,
                Tone.Heat((similarity - low) / (high - low))
            );
        // One tone after another, so that a writer can join them.
        marks.AddRange(cells.OrderBy(mark => mark.Tone.Name, StringComparer.Ordinal));
        var every = Math.Max(1, (int)Math.Ceiling(em * 0.85 / cell));
        for (var i = 0; i < n; i += every)
        {
            if (i > 0)
            {
                marks.Add(
                    new TextMark(
                        new Spot(x0 - (em * 0.3), y0 + ((i - 0.5) * cell) + (em * 0.28)),
                        Cut(panel.Seeds[order[i]]),
                        em * 0.8,
                        Tone.Muted,
                        Anchor.End
                    )
                );
            }

            if (i < n - 1)
            {
                // On the diagonal, where the column of the seed begins.
                marks.Add(
                    new TextMark(
                        new Spot(x0 + (i * cell) + (cell * 0.2), y0 + (i * cell) - (em * 0.25)),
                        Cut(panel.Seeds[order[i]]),
                        em * 0.8,
                        Tone.Muted
                    )
                );
            }
        }

        return (em * 2.6) + ((n - 1) * cell);
    }

    private static void Legend(List<Mark> marks, double low, double high, double top, FigureStyle style)
    {
        var em = style.FontSize;
        var step = Math.Floor(Math.Min(em, (style.Width - (em * 12)) / Tone.Steps) * 2) / 2;
        var left = em * 3.2;
        marks.Add(
            new TextMark(new Spot(left - (em * 0.4), top + (em * 0.9)), Text(low), em * 0.92, Tone.Muted, Anchor.End)
        );
        for (var i = 0; i < Tone.Steps; i++)
        {
            marks.Add(new RectMark(left + (i * step), top, step, em, Tone.Heat((i + 0.5) / Tone.Steps)));
        }

        marks.Add(
            new TextMark(
                new Spot(left + (Tone.Steps * step) + (em * 0.4), top + (em * 0.9)),
                $"{Text(high)} similarity",
                em * 0.92,
                Tone.Muted
            )
        );

        static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
    }

    private static string Cut(string seed) => seed.Length <= 8 ? seed : seed[..7] + "…";
}
