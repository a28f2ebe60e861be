using Semblance.Reports.Scenes;
using Semblance.Statistics;
using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>The paper's own figure: the densities of the models' scores over one another.</summary>
internal static class Densities
{
    private const string Title = "Density of the scores, per model";
    private const int Points = 120;

    /// <summary>The figure of the models whose scores vary; null where none does.</summary>
    public static Figure? Of(IReadOnlyList<ModelScores> all, StudyFacts facts)
    {
        ModelScores[] models =
        [
            .. all.Where(model => model.Scores.Count > 2 && model.Scores.Any(score => score != model.Scores[0])),
        ];
        if (models.Length == 0)
        {
            return null;
        }

        var curves = Array.ConvertAll(models, Curve);
        var peaks = models.Select(
            (model, i) => Invariant($"{model.Model} at {curves[i].MaxBy(point => point.Y).X:F1}")
        );
        var finding = $"Scores are densest: {Listing.Joined([.. peaks], 8)}.";
        return new Figure(
            "density",
            Title,
            $"{finding} Gaussian kernels, bandwidth by Scott's rule; the area below each curve is 1. {facts}.",
            style => Draw(models, curves, style, finding),
            new DataTable(
                ["model", "scs", "density"],
                [
                    .. models.SelectMany(
                        (model, i) => curves[i].Select(point => (IReadOnlyList<object?>)[model.Model, point.X, point.Y])
                    ),
                ]
            )
        );
    }

    private static Spot[] Curve(ModelScores model)
    {
        double[] scores = [.. model.Scores];
        var density = KernelDensity.Of(scores);
        var low = Math.Max(0, scores.Min() - (3 * density.Bandwidth));
        var high = Math.Min(100, scores.Max() + (3 * density.Bandwidth));
        return
        [
            .. Enumerable
                .Range(0, Points + 1)
                .Select(i => low + ((high - low) * i / Points))
                .Select(x => new Spot(x, density.At(x))),
        ];
    }

    private static Scene Draw(ModelScores[] models, Spot[][] curves, FigureStyle style, string finding)
    {
        var em = style.FontSize;
        var top = em * ((models.Length * 1.4) + 0.6);
        var bottom = top + Math.Min(em * 14, style.Width * 0.38);
        var across = LinearScale.Of(
            curves.SelectMany(curve => curve.Select(point => point.X)),
            em * 0.8,
            style.Width - (em * 0.8),
            0,
            100
        );
        var up = new LinearScale(
            0,
            curves.SelectMany(curve => curve.Select(point => point.Y)).Max() * 1.04,
            bottom,
            top
        );
        List<Mark> marks = [.. Axis.Bottom(across, top, bottom, style, "Semantic Consistency Score (0 to 100)")];
        for (var i = 0; i < models.Length; i++)
        {
            Spot[] line = [.. curves[i].Select(point => new Spot(across.At(point.X), up.At(point.Y)))];
            marks.Add(new LineMark(line, Tone.Model(models[i].Place), 1.75, Dashed: i % 2 == 1));
            // Names above the figure, in the order of the models, each led to by the sign of its line.
            var y = em * ((i * 1.4) + 1);
            marks.Add(
                new LineMark(
                    [new Spot(em * 0.8, y - (em * 0.32)), new Spot(em * 3, y - (em * 0.32))],
                    Tone.Model(models[i].Place),
                    1.75,
                    Dashed: i % 2 == 1
                )
            );
            marks.Add(
                new TextMark(
                    new Spot(em * 3.6, y),
                    FontFace.Fit(models[i].Model, em, style.Width - (em * 5), strong: true),
                    em,
                    Tone.Model(models[i].Place),
                    Strong: true
                )
            );
        }

        return new Scene(style.Width, bottom + Axis.Height(style), Title, finding, marks);
    }
}
