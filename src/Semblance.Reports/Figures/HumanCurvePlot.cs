using Semblance.Agreement;
using Semblance.Reports.Scenes;
using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Reports.Figures;

/// <summary>How large must a difference of scores be for people to see it? The share of votes for the second model against the difference.</summary>
internal static class HumanCurvePlot
{
    private const string Title = "What difference people see";
    private const int Groups = 10;
    private const int Steps = 80;

    /// <summary>Prompts of neighbouring differences, drawn as one dot.</summary>
    /// <param name="Difference">Their mean, each weighing as many votes as it has.</param>
    /// <param name="Items">How many differences.</param>
    /// <param name="Second">Votes for the second model.</param>
    /// <param name="Votes">Votes for either.</param>
    internal sealed record Group(double Difference, int Items, double Second, double Votes)
    {
        public double Share => Second / Votes;
    }

    /// <summary>The figure of a fitted curve.</summary>
    /// <param name="figures">The curve, and the votes that it is fitted to.</param>
    /// <param name="second">The second model; null where several pairs are voted on.</param>
    /// <param name="first">The first model.</param>
    /// <param name="level">Of the interval.</param>
    /// <param name="facts">For the caption: prompts, raters, votes, encoder.</param>
    public static Figure Of(CurveFigures figures, string? second, string? first, double level, string facts)
    {
        var finding = Finding(figures, level);
        var groups = Grouped(figures.Points);
        var votes = second is null ? "Votes for the second model in %" : $"Votes for {second} in %";
        var axis = second is null ? "Second model \u2212 first model, points" : $"{second} \u2212 {first}, points";
        return new Figure(
            "psychometric-curve",
            Title,
            $"{finding} The curve is fitted to every vote for a model (logistic, with lapses); a dot is the observed share of {(groups.Count == figures.Points.Count ? "one prompt" : "neighbouring differences")}, larger for more votes. Where the curve crosses 50% away from 0, people like one model for what scores do not show. {facts}.",
            style => Draw(figures, groups, (axis, votes), style, finding),
            new DataTable(
                ["difference", "items", "votes", "votes_second", "share", "fitted"],
                [
                    .. groups.Select(group =>
                        (IReadOnlyList<object?>)
                            [
                                group.Difference,
                                group.Items,
                                group.Votes,
                                group.Second,
                                group.Share,
                                figures.Curve.At(group.Difference),
                            ]
                    ),
                ]
            )
        );
    }

    private static string Finding(CurveFigures figures, double level)
    {
        if (figures.DifferenceSeen75 is not { } seen)
        {
            return "The votes do not follow the difference of scores: no difference is one that 75% of people see.";
        }

        var interval = (figures.Seen75Low, figures.Seen75High) switch
        {
            ({ } low, { } high) => Invariant($" ({100 * level:0.##}% interval {low:0.0} to {high:0.0})"),
            ({ } low, null) => Invariant($" ({100 * level:0.##}% interval from {low:0.0}, without an upper limit)"),
            _ => "",
        };
        return Invariant($"75% of people see a difference of {seen:0.0} points{interval}")
            + (
                seen > figures.LargestDifference
                    ? Invariant($", which is beyond the largest that was voted on ({figures.LargestDifference:0.0}).")
                    : "."
            );
    }

    /// <summary>Neighbours with about a tenth of the votes each; every difference alone where there are few.</summary>
    private static List<Group> Grouped(IReadOnlyList<CurvePoint> points)
    {
        List<Group> groups = [];
        var total = points.Sum(point => point.Votes);
        List<CurvePoint> open = [];
        var done = 0.0;
        foreach (var point in points)
        {
            open.Add(point);
            done += point.Votes;
            if (points.Count <= Groups || done >= total * (groups.Count + 1) / Groups - 1e-9)
            {
                groups.Add(Together(open));
                open = [];
            }
        }

        return groups;
    }

    private static Group Together(List<CurvePoint> points)
    {
        var votes = points.Sum(point => point.Votes);
        return new Group(
            points.Sum(point => point.Difference * point.Votes) / votes,
            points.Count,
            points.Sum(point => point.Second),
            votes
        );
    }

    private static Scene Draw(
        CurveFigures figures,
        List<Group> groups,
        (string Across, string Up) names,
        FigureStyle style,
        string finding
    )
    {
        var em = style.FontSize;
        var (top, bottom) = (em * 0.8, (em * 0.8) + Math.Min(em * 20, style.Width * 0.62));
        var up = new LinearScale(-3, 103, bottom, top);
        var (left, right) = (Axis.Width(up, style), style.Width - (em * 0.8));
        // A crossing far from all that was voted on would squeeze the votes together.
        var (from, to) = (figures.Curve.DifferenceAt(0.5), figures.DifferenceAt75);
        var reach = 1.5 * figures.LargestDifference;
        var isMarked = from is { } a && to is { } b && Math.Abs(a) <= reach && Math.Abs(b) <= reach;
        var across = LinearScale.Of(
            [
                0,
                .. figures.Points.Select(point => point.Difference),
                .. isMarked ? (double[])[from!.Value, to!.Value] : [],
            ],
            left,
            right
        );
        List<Mark> marks =
        [
            .. Axis.Bottom(across, top, bottom, style, names.Across, signed: true),
            .. Axis.Left(up, left, right, style, names.Up),
            LineMark.Between(across.At(0), top, across.At(0), bottom, Tone.Muted, 0.75),
            LineMark.Between(left, up.At(50), right, up.At(50), Tone.Muted, 0.75),
            new LineMark(
                [
                    .. Enumerable
                        .Range(0, Steps + 1)
                        .Select(i => across.Low + ((across.High - across.Low) * i / Steps))
                        .Select(difference => new Spot(
                            across.At(difference),
                            up.At(100 * figures.Curve.At(difference))
                        )),
                ],
                Tone.Model(0),
                2
            ),
        ];
        var most = groups.Max(group => group.Votes);
        foreach (var group in groups)
        {
            var at = new Spot(across.At(group.Difference), up.At(100 * group.Share));
            marks.Add(
                new GroupMark(
                    Invariant(
                        $"{group.Second:0} of {Plural.Of((int)group.Votes, "vote")} at {Axis.Value(group.Difference, 1, signed: true)} points"
                    ),
                    [new DotMark(at, style.Dot * (0.9 + (0.9 * Math.Sqrt(group.Votes / most))), Tone.Ink)]
                )
            );
        }

        if (isMarked)
        {
            marks.AddRange(
                Bracket(
                    across.At(from!.Value),
                    across.At(to!.Value),
                    (up.At(50), up.At(75)),
                    figures,
                    (left, right),
                    em
                )
            );
        }

        return new Scene(style.Width, bottom + Axis.Height(style), Title, finding, marks);
    }

    /// <summary>From where the curve is at one half to where it is at three quarters: the difference that 75% see.</summary>
    private static IEnumerable<Mark> Bracket(
        double from,
        double to,
        (double Half, double ThreeQuarters) height,
        CurveFigures figures,
        (double Left, double Right) room,
        double em
    )
    {
        var y = height.Half + (em * 1.4);
        yield return new LineMark(
            [new Spot(from, height.Half), new Spot(from, y + (em * 0.4))],
            Tone.Ink,
            0.75,
            Dashed: true
        );
        yield return new LineMark(
            [new Spot(to, height.ThreeQuarters), new Spot(to, y + (em * 0.4))],
            Tone.Ink,
            0.75,
            Dashed: true
        );
        yield return LineMark.Between(from, y, to, y, Tone.Ink, 1.5);
        var text = Invariant($"\u039475 = {figures.DifferenceSeen75:0.0} points");
        var half = FontFace.Width(text, em, strong: true) / 2;
        yield return new TextMark(
            new Spot(Math.Clamp((from + to) / 2, room.Left + half, room.Right - half), y + (em * 1.7)),
            text,
            em,
            Tone.Ink,
            Anchor.Middle,
            Strong: true
        );
    }
}
