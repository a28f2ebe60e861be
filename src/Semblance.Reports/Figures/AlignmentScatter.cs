using Semblance.Reports.Scenes;
using Semblance.Statistics;
using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>Does a model buy consistency with alignment? Each prompt by both, and the means.</summary>
internal static class AlignmentScatter
{
    private const string Title = "Consistency and alignment with the prompt";
    private const int MostDots = 2000;

    /// <summary>Scores and alignments of one model, a pair for each prompt.</summary>
    internal sealed record Series(
        string Model,
        int Place,
        IReadOnlyList<double> Scores,
        IReadOnlyList<double> Alignments
    );

    /// <summary>The figure of one model or more.</summary>
    public static Figure Of(IReadOnlyList<Series> models, IReadOnlyList<string> prompts, StudyFacts facts)
    {
        var means = models.Select(model =>
            Invariant($"{model.Model} {model.Scores.Average():F2} and {model.Alignments.Average():F2}")
        );
        var finding = $"Mean consistency and mean alignment: {Listing.Joined([.. means], 8)}.";
        return new Figure(
            "alignment",
            Title,
            $"{finding} A small sign is a prompt, a large one the mean of its model, with 95% intervals over prompts (Student); further right is more consistent, further up closer to the text. {facts}.",
            style => Draw(models, prompts, style, finding),
            new DataTable(
                ["model", "prompt", "scs", "alignment"],
                [
                    .. models.SelectMany(model =>
                        prompts.Select(
                            (prompt, i) =>
                                (IReadOnlyList<object?>)[model.Model, prompt, model.Scores[i], model.Alignments[i]]
                        )
                    ),
                ]
            )
        );
    }

    private static Scene Draw(
        IReadOnlyList<Series> models,
        IReadOnlyList<string> prompts,
        FigureStyle style,
        string finding
    )
    {
        var em = style.FontSize;
        var names = em * (Math.Min(models.Count, Tone.Models) * 1.4);
        var (top, bottom) = (names + (em * 0.6), names + (em * 0.6) + Math.Min(em * 24, style.Width * 0.7));
        var up = LinearScale.Of(models.SelectMany(model => model.Alignments), bottom, top);
        var left = Axis.Width(up, style);
        var across = LinearScale.Of(models.SelectMany(model => model.Scores), left, style.Width - (em * 0.8), 0, 100);
        List<Mark> marks =
        [
            .. Axis.Bottom(across, top, bottom, style, "Semantic Consistency Score (0 to 100)"),
            .. Axis.Left(up, left, style.Width - (em * 0.8), style, "Alignment in points"),
        ];
        for (var m = 0; m < models.Count; m++)
        {
            var (model, tone, shape) = (models[m], Tone.Model(models[m].Place), Tone.ShapeOf(models[m].Place));
            for (var i = 0; i < prompts.Count && prompts.Count <= MostDots; i++)
            {
                marks.Add(
                    new GroupMark(
                        Invariant(
                            $"{Raincloud.Short(prompts[i])}, {model.Model}: {model.Scores[i]:F2}, {model.Alignments[i]:F2}"
                        ),
                        [
                            new DotMark(
                                new Spot(across.At(model.Scores[i]), up.At(model.Alignments[i])),
                                style.Dot * (prompts.Count > 150 ? 0.6 : 0.9),
                                tone,
                                shape,
                                Hollow: true
                            ),
                        ]
                    )
                );
            }
        }

        for (var m = 0; m < models.Count; m++)
        {
            var (model, tone, shape) = (models[m], Tone.Model(models[m].Place), Tone.ShapeOf(models[m].Place));
            var mean = new Spot(across.At(model.Scores.Average()), up.At(model.Alignments.Average()));
            marks.AddRange(Intervals(model, mean, across, up, tone));
            marks.Add(new DotMark(mean, style.Dot * 3, Tone.Paper, shape));
            marks.Add(new DotMark(mean, style.Dot * 2.3, tone, shape));
            if (m < Tone.Models)
            {
                var y = em * ((m * 1.4) + 1);
                marks.Add(new DotMark(new Spot(left + (em * 0.4), y - (em * 0.34)), em * 0.34, tone, shape));
                marks.Add(
                    new TextMark(
                        new Spot(left + (em * 1.2), y),
                        FontFace.Fit(model.Model, em, style.Width - left - (em * 2), strong: true),
                        em,
                        tone,
                        Strong: true
                    )
                );
            }
        }

        return new Scene(style.Width, bottom + Axis.Height(style), Title, finding, marks);
    }

    /// <summary>A line across for consistency and one upright for alignment; none for one prompt.</summary>
    private static IEnumerable<Mark> Intervals(Series model, Spot mean, LinearScale across, LinearScale up, Tone tone)
    {
        if (model.Scores.Count < 2)
        {
            yield break;
        }

        var scores = MeanInterval.Student([.. model.Scores]);
        var alignments = MeanInterval.Student([.. model.Alignments]);
        yield return LineMark.Between(
            across.At(Math.Max(scores.Low, 0)),
            mean.Y,
            across.At(Math.Min(scores.High, 100)),
            mean.Y,
            tone,
            1.5
        );
        yield return LineMark.Between(mean.X, up.At(alignments.Low), mean.X, up.At(alignments.High), tone, 1.5);
    }
}
