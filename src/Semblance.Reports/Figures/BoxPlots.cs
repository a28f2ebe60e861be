using Semblance.Reports.Scenes;
using Semblance.Statistics;
using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>The paper's own figure: a box plot of the scores of each model.</summary>
internal static class BoxPlots
{
    private const string Title = "Box plot of the scores, per model";

    /// <summary>The figure of one or more models, each with at least one score.</summary>
    public static Figure Of(IReadOnlyList<ModelScores> models, StudyFacts facts)
    {
        var boxes = models.Select(model => BoxPlot.Of([.. model.Scores])).ToArray();
        var medians = models.Select((model, i) => Invariant($"{model.Model} {boxes[i].Median:F2}")).ToArray();
        var finding = $"Median score: {Listing.Joined(medians, 8)}.";
        return new Figure(
            "box-plot",
            Title,
            $"{finding} A box spans the middle half of the prompts, its line is the median, whiskers reach to the last prompt within 1.5 times the box, and dots are prompts beyond. {facts}.",
            style => Draw(models, boxes, style, finding),
            new DataTable(
                ["model", "lower_whisker", "lower_quartile", "median", "upper_quartile", "upper_whisker", "beyond"],
                [
                    .. models.Select(
                        (model, i) =>
                            (IReadOnlyList<object?>)
                                [
                                    model.Model,
                                    boxes[i].LowerWhisker,
                                    boxes[i].LowerQuartile,
                                    boxes[i].Median,
                                    boxes[i].UpperQuartile,
                                    boxes[i].UpperWhisker,
                                    boxes[i].Outliers.Length,
                                ]
                    ),
                ]
            )
        );
    }

    private static Scene Draw(IReadOnlyList<ModelScores> models, BoxPlot[] boxes, FigureStyle style, string finding)
    {
        var em = style.FontSize;
        var left = Math.Min(
            style.Width * 0.35,
            models.Max(model => FontFace.Width(model.Model, em, strong: true)) + (em * 1.2)
        );
        var row = em * 2.9;
        var bottom = (models.Count * row) + (em * 0.6);
        var scale = LinearScale.Of(
            boxes.SelectMany(box => (double[])[box.LowerWhisker, box.UpperWhisker, .. box.Outliers]),
            left,
            style.Width - (em * 0.8),
            0,
            100
        );
        List<Mark> marks = [.. Axis.Bottom(scale, em * 0.4, bottom, style, "Semantic Consistency Score (0 to 100)")];
        for (var i = 0; i < models.Count; i++)
        {
            var y = (em * 0.6) + ((i + 0.5) * row);
            marks.Add(
                new TextMark(
                    new Spot(left - (em * 0.9), y + (em * 0.34)),
                    FontFace.Fit(models[i].Model, em, left - em, strong: true),
                    em,
                    Tone.Model(models[i].Place),
                    Anchor.End,
                    Strong: true
                )
            );
            marks.AddRange(Box(boxes[i], models[i].Place, scale, y, em * 0.75, style));
        }

        return new Scene(style.Width, bottom + Axis.Height(style), Title, finding, marks);
    }

    private static IEnumerable<Mark> Box(
        BoxPlot box,
        int place,
        LinearScale scale,
        double y,
        double half,
        FigureStyle style
    )
    {
        var tone = Tone.Model(place);
        var (low, high) = (scale.At(box.LowerQuartile), scale.At(box.UpperQuartile));
        yield return LineMark.Between(scale.At(box.LowerWhisker), y, low, y, tone);
        yield return LineMark.Between(high, y, scale.At(box.UpperWhisker), y, tone);
        foreach (var end in (double[])[scale.At(box.LowerWhisker), scale.At(box.UpperWhisker)])
        {
            yield return LineMark.Between(end, y - (half * 0.5), end, y + (half * 0.5), tone);
        }

        yield return new RectMark(low, y - half, Math.Max(0.5, high - low), half * 2, Tone.Soft(place));
        yield return new LineMark(
            [
                new Spot(low, y - half),
                new Spot(high, y - half),
                new Spot(high, y + half),
                new Spot(low, y + half),
                new Spot(low, y - half),
            ],
            tone
        );
        yield return LineMark.Between(scale.At(box.Median), y - half, scale.At(box.Median), y + half, tone, 2);
        foreach (var value in box.Outliers)
        {
            yield return new DotMark(
                new Spot(scale.At(value), y),
                style.Dot * 0.8,
                tone,
                Tone.ShapeOf(place),
                Hollow: true
            );
        }
    }
}
