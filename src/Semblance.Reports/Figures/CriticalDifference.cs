using System.Globalization;
using Semblance.Reports.Scenes;
using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>Which models cannot be told apart? Average ranks on a line, and bars over those within the critical difference (Demsar 2006).</summary>
internal static class CriticalDifference
{
    private const string Title = "Average ranks, and which models cannot be told apart";

    /// <summary>A model with its average rank, 1 for the most consistent.</summary>
    internal sealed record Ranked(string Model, int Place, double Rank);

    /// <summary>The figure of three models or more.</summary>
    /// <param name="models">In any order.</param>
    /// <param name="critical">Ranks further apart than this differ.</param>
    /// <param name="groups">Runs of models within the critical difference, by name.</param>
    /// <param name="facts">For the caption.</param>
    public static Figure Of(
        IReadOnlyList<Ranked> models,
        double critical,
        IReadOnlyList<IReadOnlyList<string>> groups,
        StudyFacts facts
    )
    {
        Ranked[] sorted = [.. models.OrderBy(model => model.Rank).ThenBy(model => model.Model, StringComparer.Ordinal)];
        IReadOnlyList<string>[] joined = [.. groups.Where(group => group.Count > 1)];
        var alike =
            joined.Length == 0
                ? "every pair of models differs in rank"
                : $"not told apart: {string.Join("; ", joined.Select(group => Listing.Joined(group, 6)))}";
        var finding = Invariant($"{sorted[0].Model} has the best average rank ({sorted[0].Rank:F2}); {alike}.");
        return new Figure(
            "critical-difference",
            Title,
            Invariant(
                $"{finding} Average rank over the prompts, 1 is the most consistent; a bar joins models whose ranks lie within Nemenyi's critical difference of {critical:F2}. {facts}."
            ),
            style => Draw(sorted, critical, joined, style, finding),
            new DataTable(
                ["model", "average_rank"],
                [.. sorted.Select(model => (IReadOnlyList<object?>)[model.Model, model.Rank])]
            )
        );
    }

    private static Scene Draw(
        Ranked[] models,
        double critical,
        IReadOnlyList<string>[] groups,
        FigureStyle style,
        string finding
    )
    {
        var em = style.FontSize;
        // Names stand in two columns below the line, the better half at the left.
        var half = (models.Length + 1) / 2;
        var column = Math.Min(
            style.Width * 0.36,
            models.Max(model => FontFace.Width(model.Model + Rank(model), em)) + em
        );
        var scale = new LinearScale(1, models.Length, column + (em * 0.6), style.Width - column - (em * 0.6));
        var line = em * 4.4;
        List<Mark> marks = [LineMark.Between(scale.From, line, scale.To, line, Tone.Ink)];
        var every = Math.Max(1, (int)Math.Ceiling(models.Length * em * 1.8 / (scale.To - scale.From)));
        for (var rank = 1; rank <= models.Length; rank++)
        {
            var x = scale.At(rank);
            marks.Add(LineMark.Between(x, line - (em * 0.35), x, line, Tone.Ink, 0.75));
            if ((rank - 1) % every == 0)
            {
                marks.Add(
                    new TextMark(
                        new Spot(x, line - (em * 0.7)),
                        rank.ToString(CultureInfo.InvariantCulture),
                        em * 0.92,
                        Tone.Muted,
                        Anchor.Middle
                    )
                );
            }
        }

        var length = Math.Min(scale.At(1 + critical), scale.To) - scale.From;
        marks.Add(LineMark.Between(scale.From, em * 1.9, scale.From + length, em * 1.9, Tone.Muted, 1.25));
        foreach (var end in (double[])[scale.From, scale.From + length])
        {
            marks.Add(LineMark.Between(end, em * 1.6, end, em * 2.2, Tone.Muted, 1.25));
        }

        marks.Add(
            new TextMark(
                new Spot(scale.From, em * 1.1),
                Invariant($"critical difference {critical:F2}"),
                em * 0.92,
                Tone.Muted
            )
        );

        var bars = line + (em * 0.7);
        for (var i = 0; i < groups.Length; i++)
        {
            double[] ranks = [.. models.Where(model => groups[i].Contains(model.Model)).Select(model => model.Rank)];
            var y = bars + (i * em * 0.55);
            marks.Add(
                LineMark.Between(
                    scale.At(ranks.Min()) - (em * 0.25),
                    y,
                    scale.At(ranks.Max()) + (em * 0.25),
                    y,
                    Tone.Ink,
                    em * 0.24
                )
            );
        }

        var first = bars + (groups.Length * em * 0.55) + (em * 0.9);
        for (var i = 0; i < models.Length; i++)
        {
            var atLeft = i < half;
            var y = first + ((atLeft ? i : models.Length - 1 - i) * style.Line);
            var x = scale.At(models[i].Rank);
            var edge = atLeft ? column : style.Width - column;
            marks.Add(new LineMark([new Spot(x, line), new Spot(x, y), new Spot(edge, y)], Tone.Muted, 0.75));
            marks.Add(
                new DotMark(new Spot(x, line), style.Dot, Tone.Model(models[i].Place), Tone.ShapeOf(models[i].Place))
            );
            marks.Add(
                new TextMark(
                    new Spot(atLeft ? edge - (em * 0.4) : edge + (em * 0.4), y + (em * 0.34)),
                    FontFace.Fit(models[i].Model, em, column - (em * 0.5) - FontFace.Width(Rank(models[i]), em))
                        + Rank(models[i]),
                    em,
                    Tone.Ink,
                    atLeft ? Anchor.End : Anchor.Start
                )
            );
        }

        return new Scene(style.Width, first + (half * style.Line), Title, finding, marks);
    }

    private static string Rank(Ranked model) => Invariant($" {model.Rank:F2}");
}
