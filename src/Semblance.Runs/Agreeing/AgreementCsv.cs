using Semblance.Agreement;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Agreeing;

/// <summary>An agreement as CSV: one line per encoder, with and without exclusions. The JSON has more.</summary>
public static class AgreementCsv
{
    /// <summary>The text with its header line.</summary>
    public static string Of(AgreementResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var report = result.Report;
        IEnumerable<(string Raters, PeopleAgreement People, EncoderAgreement Own)> Rows(
            string raters,
            AgreementFigures figures
        ) => figures.Encoders.Select(own => (raters, figures.People, own));
        return CsvText.Of(
            [
                ("encoder", row => row.Own.Encoder),
                ("raters_counted", row => row.Raters),
                ("raters", row => row.People.Raters),
                ("votes", row => row.People.Votes),
                ("items", row => row.Own.Majority.Items),
                ("decided", row => row.Own.Majority.Decided),
                ("agreements", row => row.Own.Majority.Agreements),
                ("of_decided", row => row.Own.Majority.OfDecided?.Value),
                ("wilson_low", row => row.Own.Majority.OfDecided?.Low),
                ("wilson_high", row => row.Own.Majority.OfDecided?.High),
                ("clopper_pearson_low", row => row.Own.Majority.Exact?.Low),
                ("clopper_pearson_high", row => row.Own.Majority.Exact?.High),
                ("p", row => row.Own.Majority.P),
                ("ties_half", row => row.Own.Majority.TiesHalf.Value),
                ("undecided_disagree", row => row.Own.Majority.UndecidedDisagree.Value),
                ("balanced_accuracy", row => row.Own.Majority.BalancedAccuracy),
                ("constant_baseline", row => row.Own.Baselines[0].OfDecided?.Value),
                ("constant_baseline_p", row => row.Own.Baselines[0].P),
                ("one_rater_with_others", row => row.People.Ceiling?.OneRater),
                ("per_vote", row => row.Own.PerVoteShare?.Value),
                ("per_vote_low", row => row.Own.PerVoteShare?.Low),
                ("per_vote_high", row => row.Own.PerVoteShare?.High),
                ("annotator_winning_rate", row => row.Own.AnnotatorTest?.WinningRate),
                ("annotator_advantage", row => row.Own.AnnotatorTest?.AdvantageProbability),
                ("difference_seen75", row => row.Own.Curve?.DifferenceSeen75),
                ("seen75_low", row => row.Own.Curve?.Seen75Low),
                ("seen75_high", row => row.Own.Curve?.Seen75High),
                ("tie_calibrated", row => row.Own.Ranks?.TieCalibrated),
                ("kendall_tau_b", row => row.Own.Ranks?.KendallTauB),
                ("spearman", row => row.Own.Ranks?.Spearman),
                ("soft_pairwise_accuracy", row => row.Own.Ranks?.SoftPairwiseAccuracy),
            ],
            Rows("kept", report.Figures).Concat(report.Everyone is { } all ? Rows("everyone", all) : [])
        );
    }
}
