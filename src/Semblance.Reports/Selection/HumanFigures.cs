using Semblance.Agreement;
using Semblance.Reports.Content;
using Semblance.Reports.Figures;
using Semblance.Runs.Agreeing;
using Semblance.Wording;

namespace Semblance.Reports.Selection;

/// <summary>The figures of what people say, where there are votes.</summary>
internal static class HumanFigures
{
    /// <summary>Score, baselines and ceiling; null without votes, or where no prompt is decided.</summary>
    public static Figure? Strip(ReportContent content)
    {
        if (content.Human is not { } human || human.Report.Figures.Encoders[0].Majority.OfDecided is null)
        {
            return null;
        }

        var (people, encoders) = (human.Report.Figures.People, human.Report.Figures.Encoders);
        List<AgreementStrip.Row> rows =
        [
            .. encoders
                .Where(own => own.Majority.OfDecided is not null)
                .Select(own =>
                    Row(
                        own.Encoder is null ? "score" : $"score of {own.Encoder}",
                        AgreementStrip.Kind.Score,
                        own.Majority.ByPrompt ?? own.Majority.OfDecided!
                    )
                ),
            // Other encoders are baselines of the first, too, and have their row already.
            .. encoders[0]
                .Baselines.Select(
                    (other, i) => (other.OfDecided, Label: i == 0 ? "always the higher mean" : other.Name)
                )
                .Where(other => other.OfDecided is not null && encoders.All(own => own.Encoder != other.Label))
                .Select(other => Row(other.Label, AgreementStrip.Kind.Baseline, other.OfDecided!)),
        ];
        if (people.Ceiling is { } ceiling)
        {
            rows.Add(
                new AgreementStrip.Row(
                    "a single rater",
                    AgreementStrip.Kind.Ceiling,
                    ceiling.OneRater,
                    ceiling.Interval?.Low,
                    ceiling.Interval?.High
                )
            );
        }

        return AgreementStrip.Of(rows, human.Options.Level, Facts(human));
    }

    /// <summary>The curve of the report's encoder; null without votes, and where it cannot be fitted.</summary>
    public static Figure? Curve(ReportContent content)
    {
        if (content.Human is not { } human || human.Report.Figures.Encoders[0].Curve is not { } curve)
        {
            return null;
        }

        var (first, second) = human.Report.Study.Models is [var one, var other] ? (one, other) : (null, null);
        return HumanCurvePlot.Of(curve, second, first, human.Options.Level, Facts(human));
    }

    private static AgreementStrip.Row Row(string label, AgreementStrip.Kind kind, VoteShare share) =>
        new(label, kind, share.Value, share.Low, share.High);

    private static string Facts(AgreementResult human)
    {
        var people = human.Report.Figures.People;
        var encoder = human.Report.Figures.Encoders[0].Encoder;
        return $"{Plural.Of(people.Prompts, "prompt")}, {Plural.Of(people.Raters, "rater")}, {Plural.Of(people.Votes, "vote")}, {(encoder is null ? "encoder unknown" : $"encoder {encoder}")}";
    }
}
