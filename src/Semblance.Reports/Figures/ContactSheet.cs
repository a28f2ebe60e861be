using Semblance.Reports.Scenes;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>What do the numbers look like? Every image of a prompt, the most typical one first, the least typical one last.</summary>
internal static class ContactSheet
{
    /// <summary>One image of a <see cref="ContactSheet"/>.</summary>
    /// <param name="Seed">What names it.</param>
    /// <param name="Image">Its thumbnail; null where it is gone.</param>
    /// <param name="Similarity">Mean similarity to the others of its set; null where it is not known.</param>
    internal sealed record Cell(string Seed, SceneImage? Image, double? Similarity);

    /// <summary>The images of one model.</summary>
    internal sealed record Panel(string Model, int Place, double Score, IReadOnlyList<Cell> Cells);

    /// <summary>The figure of one prompt.</summary>
    public static Figure Of(string prompt, IReadOnlyList<Panel> panels, StudyFacts facts)
    {
        const string Title = "Every image of a prompt";
        var finding = string.Join(" ", panels.Select(panel => Invariant($"{panel.Model} scores {panel.Score:F2}.")));
        return new Figure(
            "contact-sheet",
            Title,
            $"{finding} Each model's images from the medoid (solid frame) to the outlier (dashed frame), by their mean similarity to the others. Prompt: {Raincloud.Short(prompt)}. Encoder {facts.Encoder ?? "unknown"}.",
            style => Draw(panels, style, Title, finding),
            new DataTable(
                ["model", "seed", "mean_similarity"],
                [
                    .. panels.SelectMany(panel =>
                        panel.Cells.Select(cell => (IReadOnlyList<object?>)[panel.Model, cell.Seed, cell.Similarity])
                    ),
                ]
            )
        );
    }

    private static Scene Draw(IReadOnlyList<Panel> panels, FigureStyle style, string title, string finding)
    {
        var em = style.FontSize;
        var columns = Math.Clamp((int)(style.Width / (em * 5.4)), 3, 10);
        var gap = em * 0.45;
        var side = (style.Width - (gap * (columns + 1))) / columns;
        List<Mark> marks = [];
        var top = 0.0;
        foreach (var panel in panels)
        {
            marks.Add(
                new TextMark(
                    new Spot(gap, top + em),
                    FontFace.Fit(Invariant($"{panel.Model}, {panel.Score:F2}"), em, style.Width - em, strong: true),
                    em,
                    Tone.Model(panel.Place),
                    Strong: true
                )
            );
            top += em * 1.8;
            Cell[] cells = [.. panel.Cells.OrderByDescending(cell => cell.Similarity ?? 0)];
            for (var i = 0; i < cells.Length; i++)
            {
                var (x, y) = (gap + (i % columns * (side + gap)), top + (i / columns * (side + gap)));
                marks.AddRange(Place(cells[i], panel.Place, i == 0, i == cells.Length - 1, x, y, side, em));
            }

            top += (((cells.Length - 1) / columns) + 1) * (side + gap) + (em * 0.8);
        }

        return new Scene(style.Width, top, title, finding, marks);
    }

    private static IEnumerable<Mark> Place(
        Cell cell,
        int place,
        bool isMedoid,
        bool isOutlier,
        double x,
        double y,
        double side,
        double em
    )
    {
        if (cell.Image is { } image)
        {
            yield return new ImageMark(x, y, side, image);
        }
        else
        {
            yield return new RectMark(x, y, side, side, Tone.Rule);
            yield return new TextMark(
                new Spot(x + (side / 2), y + (side / 2)),
                cell.Seed,
                em * 0.8,
                Tone.Muted,
                Anchor.Middle
            );
        }

        if (cell.Similarity is not null && (isMedoid || isOutlier))
        {
            yield return new LineMark(
                [
                    new Spot(x - 1, y - 1),
                    new Spot(x + side + 1, y - 1),
                    new Spot(x + side + 1, y + side + 1),
                    new Spot(x - 1, y + side + 1),
                    new Spot(x - 1, y - 1),
                ],
                Tone.Model(place),
                2.5,
                Dashed: !isMedoid
            );
        }
    }
}
