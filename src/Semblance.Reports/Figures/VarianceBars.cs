using Semblance.Reports.Scenes;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>Where does the variance over prompts come from: from the prompts themselves, or from the seeds?</summary>
internal static class VarianceBars
{
    private const string Title = "What the variance comes from";

    /// <summary>One bar of a <see cref="VarianceBars"/>, in squared points.</summary>
    /// <param name="Label">A model, or a difference.</param>
    /// <param name="Prompts">Variance of the true scores over prompts, estimated; may be negative.</param>
    /// <param name="Seeds">Mean variance that seeds cause.</param>
    /// <param name="Saved">What shared seeds take away; 0 for one model and for independent seeds.</param>
    internal sealed record Row(string Label, double Prompts, double Seeds, double Saved);

    /// <summary>The figure of one row or more.</summary>
    public static Figure Of(IReadOnlyList<Row> rows, StudyFacts facts)
    {
        var finding = string.Join(" ", rows.Take(4).Select(Sentence));
        return new Figure(
            "variance",
            Title,
            $"{finding} Only more prompts reduce the part of the prompts; more seeds reduce the part of the seeds.{(rows.Any(row => row.Saved > 0) ? " The dashed part is what seeds that both models share take away." : "")} {facts}.",
            style => Draw(rows, style, finding),
            new DataTable(
                ["label", "prompts", "seeds", "saved_by_shared_seeds"],
                [.. rows.Select(row => (IReadOnlyList<object?>)[row.Label, row.Prompts, row.Seeds, row.Saved])]
            )
        );
    }

    private static string Sentence(Row row) =>
        Share(row) is { } share
            ? Invariant($"{row.Label}: {100 * share:F0}% from seeds.")
            : $"{row.Label}: nothing varies.";

    private static double? Share(Row row)
    {
        var total = Math.Max(0, row.Prompts) + Math.Max(0, row.Seeds);
        return total > 0 ? Math.Max(0, row.Seeds) / total : null;
    }

    private static Scene Draw(IReadOnlyList<Row> rows, FigureStyle style, string finding)
    {
        var em = style.FontSize;
        var step = em * 3.7;
        var bottom = (em * 1.8) + (rows.Count * step);
        var most = rows.Max(row => Math.Max(0, row.Prompts) + Math.Max(0, row.Seeds) + Math.Max(0, row.Saved));
        var scale = new LinearScale(0, most > 0 ? most * 1.05 : 1, em * 0.8, style.Width - (em * 0.8));
        List<Mark> marks =
        [
            .. Axis.Bottom(scale, em * 1.6, bottom, style, "Variance in squared points"),
            new RectMark(em * 0.8, em * 0.3, em * 0.9, em * 0.9, Tone.Model(0)),
            new TextMark(new Spot(em * 2.1, em * 1.1), "prompts", em, Tone.Ink),
            new RectMark(em * 7.2, em * 0.3, em * 0.9, em * 0.9, Tone.Soft(0)),
            new TextMark(new Spot(em * 8.5, em * 1.1), "seeds", em, Tone.Ink),
        ];
        for (var i = 0; i < rows.Count; i++)
        {
            var top = (em * 2.2) + (i * step);
            marks.AddRange(Bar(rows[i], scale, top, style));
        }

        return new Scene(style.Width, bottom + Axis.Height(style), Title, finding, marks);
    }

    private static IEnumerable<Mark> Bar(Row row, LinearScale scale, double top, FigureStyle style)
    {
        var em = style.FontSize;
        var (y, height) = (top + (em * 1.35), em * 1.5);
        var label = Share(row) is { } share ? Invariant($"{row.Label}, {100 * share:F0}% from seeds") : row.Label;
        var text = new TextMark(
            new Spot(em * 0.8, top + em),
            FontFace.Fit(label, em, style.Width - (em * 1.6)),
            em,
            Tone.Ink
        );
        yield return FontFace.Behind(text);
        yield return text;
        var prompts = Math.Max(0, row.Prompts);
        var seeds = prompts + Math.Max(0, row.Seeds);
        yield return new RectMark(scale.At(0), y, scale.At(prompts) - scale.At(0), height, Tone.Model(0));
        yield return new RectMark(scale.At(prompts), y, scale.At(seeds) - scale.At(prompts), height, Tone.Soft(0));
        if (row.Saved > 0)
        {
            var (from, to) = (scale.At(seeds), scale.At(seeds + row.Saved));
            yield return new LineMark(
                [new Spot(from, y), new Spot(to, y), new Spot(to, y + height), new Spot(from, y + height)],
                Tone.Muted,
                1,
                Dashed: true
            );
        }
    }
}
