using Semblance.Reports.Scenes;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>How does each prompt fare with either model? One line a prompt, from the one to the other.</summary>
internal static class SlopePlot
{
    /// <summary>More lines than this are a grey area.</summary>
    private const int MostLines = 300;

    /// <summary>The figure of two models; null for more prompts than can be seen.</summary>
    public static Figure? Of(ModelScores first, ModelScores second, IReadOnlyList<string> prompts, StudyFacts facts)
    {
        if (prompts.Count > MostLines)
        {
            return null;
        }

        var rising = prompts.Where((_, i) => second.Scores[i] > first.Scores[i]).Count();
        var falling = prompts.Where((_, i) => second.Scores[i] < first.Scores[i]).Count();
        var title = $"Each prompt from {first.Model} to {second.Model}";
        var finding = Invariant(
            $"From {first.Model} to {second.Model} the score rises on {rising} of {prompts.Count} prompts and falls on {falling}; the mean goes from {first.Scores.Average():F2} to {second.Scores.Average():F2}."
        );
        return new Figure(
            "slope",
            title,
            $"{finding} A line is a prompt, in the colour of the model that scores higher; the black line is the mean. {facts}.",
            style => Draw(first, second, prompts, style, title, finding),
            new DataTable(
                ["prompt", "first", "second"],
                [.. prompts.Select((prompt, i) => (IReadOnlyList<object?>)[prompt, first.Scores[i], second.Scores[i]])]
            )
        );
    }

    private static Scene Draw(
        ModelScores first,
        ModelScores second,
        IReadOnlyList<string> prompts,
        FigureStyle style,
        string title,
        string finding
    )
    {
        var em = style.FontSize;
        var top = em * 2.4;
        var bottom = top + Math.Min(em * 24, style.Width * 0.8);
        var scale = LinearScale.Of([.. first.Scores, .. second.Scores], bottom, top, 0, 100);
        var axis = Axis.Width(scale, style);
        var (left, right) = (axis + (em * 2), style.Width - (em * 2));
        List<Mark> marks =
        [
            .. Axis.Left(scale, axis, style.Width, style, "Score"),
            LineMark.Between(left, top, left, bottom, Tone.Muted, 0.75),
            LineMark.Between(right, top, right, bottom, Tone.Muted, 0.75),
        ];
        for (var i = 0; i < prompts.Count; i++)
        {
            var (a, b) = (first.Scores[i], second.Scores[i]);
            var place = b < a ? first.Place : second.Place;
            marks.Add(
                new GroupMark(
                    Invariant($"{Raincloud.Short(prompts[i])}: {a:F2}, {b:F2}"),
                    [
                        LineMark.Between(
                            left,
                            scale.At(a),
                            right,
                            scale.At(b),
                            Tone.Model(place),
                            prompts.Count > 60 ? 0.5 : 0.9
                        ),
                        new DotMark(
                            new Spot(left, scale.At(a)),
                            style.Dot * 0.6,
                            Tone.Model(first.Place),
                            Tone.ShapeOf(first.Place)
                        ),
                        new DotMark(
                            new Spot(right, scale.At(b)),
                            style.Dot * 0.6,
                            Tone.Model(second.Place),
                            Tone.ShapeOf(second.Place)
                        ),
                    ]
                )
            );
        }

        marks.Add(
            LineMark.Between(
                left,
                scale.At(first.Scores.Average()),
                right,
                scale.At(second.Scores.Average()),
                Tone.Ink,
                2.25
            )
        );
        var room = (style.Width / 2) - em;
        marks.Add(Name(first, new Spot(em * 0.2, em * 1.2), Anchor.Start, room, em));
        marks.Add(Name(second, new Spot(style.Width - (em * 0.2), em * 1.2), Anchor.End, room, em));
        return new Scene(style.Width, bottom + (em * 0.6), title, finding, marks);
    }

    private static TextMark Name(ModelScores model, Spot at, Anchor anchor, double room, double em) =>
        new(at, FontFace.Fit(model.Model, em, room, strong: true), em, Tone.Model(model.Place), anchor, Strong: true);
}
