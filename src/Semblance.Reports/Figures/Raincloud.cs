using System.Globalization;
using Semblance.Reports.Scenes;
using Semblance.Statistics;
using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>How consistent is each model, and how much do prompts differ? Density, box and a dot for each prompt.</summary>
internal static class Raincloud
{
    /// <summary>More dots than this would be one black bar.</summary>
    private const int MostDots = 600;

    /// <summary>The figure of one or more models, each with at least one score.</summary>
    public static Figure Of(IReadOnlyList<ModelScores> models, IReadOnlyList<string> prompts, StudyFacts facts) =>
        new(
            "raincloud",
            "Scores of the prompts, per model",
            Caption(models, facts),
            style => Draw(models, prompts, style, Finding(models)),
            new DataTable(
                ["model", "prompt", "scs"],
                [
                    .. models.SelectMany(model =>
                        model.Scores.Select((score, i) => (IReadOnlyList<object?>)[model.Model, prompts[i], score])
                    ),
                ]
            )
        );

    private static string Finding(IReadOnlyList<ModelScores> models)
    {
        var ordered = models
            .Select(model => (model.Model, Mean: Descriptive.Mean([.. model.Scores])))
            .OrderByDescending(model => model.Mean)
            .Select(model => Invariant($"{model.Model} {model.Mean:F2}"))
            .ToArray();
        return $"Mean score: {Listing.Joined(ordered, 8)}.";
    }

    private static string Caption(IReadOnlyList<ModelScores> models, StudyFacts facts)
    {
        var dots = models[0].Scores.Count <= MostDots ? "Each dot is a prompt; the" : "The";
        return $"{Finding(models)} {dots} thick bar spans the middle half of the prompts, its gap is the median, the thin line reaches to the last prompt within 1.5 times that span, and the area is the density. {facts}.";
    }

    private static Scene Draw(
        IReadOnlyList<ModelScores> models,
        IReadOnlyList<string> prompts,
        FigureStyle style,
        string finding
    )
    {
        var em = style.FontSize;
        var row = em * (models.Count > 8 ? 4.6 : 6.4);
        var bottom = (models.Count * row) + (em * 0.4);
        var scale = LinearScale.Of(models.SelectMany(Reach), em * 0.8, style.Width - (em * 0.8), 0, 100);
        List<Mark> marks = [.. Axis.Bottom(scale, em * 1.6, bottom, style, "Semantic Consistency Score (0 to 100)")];
        for (var i = 0; i < models.Count; i++)
        {
            marks.AddRange(Row(models[i], prompts, scale, i * row, row, style));
        }

        return new Scene(style.Width, bottom + Axis.Height(style), "Scores of the prompts, per model", finding, marks);
    }

    /// <summary>From where to where the density of a model is drawn.</summary>
    private static double[] Reach(ModelScores model)
    {
        double[] scores = [.. model.Scores];
        var tail = HasDensity(scores) ? 2.5 * KernelDensity.Of(scores).Bandwidth : 0;
        return [scores.Min() - tail, scores.Max() + tail];
    }

    private static bool HasDensity(double[] scores) => scores.Length > 2 && scores.Any(score => score != scores[0]);

    private static IEnumerable<Mark> Row(
        ModelScores model,
        IReadOnlyList<string> prompts,
        LinearScale scale,
        double top,
        double height,
        FigureStyle style
    )
    {
        var em = style.FontSize;
        double[] scores = [.. model.Scores];
        var mean = Descriptive.Mean(scores);
        var tone = Tone.Model(model.Place);
        var number = mean.ToString("F2", CultureInfo.InvariantCulture);
        var room = FontFace.Width(number, em, strong: true) + em;
        var name = FontFace.Fit(model.Model, em, style.Width - room - (em * 3), strong: true);
        yield return new DotMark(new Spot(em * 0.9, top + (em * 0.85)), em * 0.34, tone, Tone.ShapeOf(model.Place));
        yield return new TextMark(new Spot(em * 1.6, top + (em * 1.2)), name, em, tone, Strong: true);
        yield return new TextMark(
            new Spot(style.Width - (em * 0.8), top + (em * 1.2)),
            number,
            em,
            tone,
            Anchor.End,
            Strong: true
        );

        var ground = top + (height * 0.62);
        foreach (var mark in Cloud(scores, model.Place, scale, top + (em * 1.6), ground))
        {
            yield return mark;
        }

        foreach (var mark in Box(scores, tone, scale, ground + (em * 0.55), em))
        {
            yield return mark;
        }

        if (scores.Length > MostDots)
        {
            yield break;
        }

        var band = top + height - (em * 0.55) - (ground + (em * 1.05));
        for (var i = 0; i < scores.Length; i++)
        {
            // Spread over the band evenly, whatever the number, without chance.
            var share = (i * 0.6180339887498949) % 1;
            yield return new GroupMark(
                Invariant($"{Short(prompts[i])}: {scores[i]:F2}"),
                [
                    new DotMark(
                        new Spot(scale.At(scores[i]), ground + (em * 1.05) + (share * band)),
                        style.Dot * (scores.Length > 150 ? 0.6 : 0.85),
                        tone,
                        Tone.ShapeOf(model.Place)
                    ),
                ]
            );
        }
    }

    private static IEnumerable<Mark> Cloud(double[] scores, int place, LinearScale scale, double top, double ground)
    {
        if (!HasDensity(scores))
        {
            yield break;
        }

        var density = KernelDensity.Of(scores);
        var low = Math.Max(scale.Low, scores.Min() - (2.5 * density.Bandwidth));
        var high = Math.Min(scale.High, scores.Max() + (2.5 * density.Bandwidth));
        const int Points = 80;
        var at = Enumerable.Range(0, Points + 1).Select(i => low + ((high - low) * i / Points)).ToArray();
        var values = Array.ConvertAll(at, density.At);
        var most = values.Max();
        Spot[] line = [.. at.Select((x, i) => new Spot(scale.At(x), ground - (values[i] / most * (ground - top))))];
        yield return new AreaMark(
            [new Spot(line[0].X, ground), .. line, new Spot(line[^1].X, ground)],
            Tone.Soft(place)
        );
        yield return new LineMark(line, Tone.Model(place), 1.25);
    }

    private static IEnumerable<Mark> Box(double[] scores, Tone tone, LinearScale scale, double y, double em)
    {
        var box = BoxPlot.Of(scores);
        yield return LineMark.Between(scale.At(box.LowerWhisker), y, scale.At(box.UpperWhisker), y, tone, em * 0.09);
        yield return LineMark.Between(
            scale.At(box.LowerQuartile),
            y,
            Math.Max(scale.At(box.UpperQuartile), scale.At(box.LowerQuartile) + (em * 0.2)),
            y,
            tone,
            em * 0.45
        );
        yield return LineMark.Between(
            scale.At(box.Median),
            y - (em * 0.3),
            scale.At(box.Median),
            y + (em * 0.3),
            Tone.Paper,
            em * 0.16
        );
    }

    internal static string Short(string prompt) => prompt.Length <= 80 ? prompt : prompt[..79] + "…";
}
