using Semblance.Agreement;
using Semblance.Cli.Terminal;

namespace Semblance.Cli.Tables;

/// <summary>One encoder's score against votes: single votes, annotator test, curve, ranks, more votes.</summary>
internal static class EncoderTable
{
    public static void Add(Page page, EncoderAgreement own)
    {
        page.EndLine();
        var grid = new Grid("<votes and differences", "", "<", "~");
        void Row(string name, VoteShare? share, string note) => grid.Row([name, .. AgreementTable.Cells(share), note]);
        if (own.PerVoteShare is { } perVote)
        {
            Row("per-vote agreement", perVote, perVote.Method);
        }

        if (own.AnnotatorTest is { } test)
        {
            grid.Row(
                "raters whom the score beats",
                AgreementTable.Percent(test.WinningRate),
                "",
                $"alternative annotator test, penalty {Figures.Fixed(test.Penalty)}: passes from 50% on; advantage {AgreementTable.Percent(test.AdvantageProbability)}"
            );
        }

        Curve(grid, own.Curve);
        Ranks(grid, own.Ranks);
        grid.AddTo(page, bold: 1, rule: false);
        More(page, own.More);
        foreach (var one in own.Undefined)
        {
            page.Note($"no {one.What}: {one.Why}");
        }
    }

    private static void Curve(Grid grid, CurveFigures? curve)
    {
        if (curve is null)
        {
            return;
        }

        var limits = curve.Seen75Low is { } low
            ? $"{Figures.Fixed(low)} to {(curve.Seen75High is { } high ? Figures.Fixed(high) : "no limit")}"
            : "";
        grid.Row(
            "difference that 75% see",
            curve.DifferenceSeen75 is { } seen ? Figures.Fixed(seen) : "-",
            limits,
            $"points of SCS; slope {Figures.Fixed(curve.Curve.Slope, 3)}, lapse {Figures.Fixed(curve.Curve.Lapse)}, liking for the second model {Figures.Fixed(curve.Curve.Bias)} logits; {curve.Votes} votes"
        );
    }

    private static void Ranks(Grid grid, RankFigures? ranks)
    {
        if (ranks is null)
        {
            return;
        }

        grid.Row(
            "pairwise accuracy with ties",
            AgreementTable.Percent(ranks.TieCalibrated),
            "",
            ranks.TieThreshold is { } threshold
                ? $"held-out folds; up to {Figures.Fixed(threshold)} points is a tie (in sample {AgreementTable.Percent(ranks.TieCalibratedInSample)})"
                : "one prompt leaves nothing to hold out"
        );
        grid.Row(
            "Kendall's tau-b",
            Figures.Fixed(ranks.KendallTauB),
            "",
            $"of differences and preferences; Spearman {Figures.Fixed(ranks.Spearman)}"
        );
        if (ranks.DecidedAuc is { } auc)
        {
            grid.Row(
                "decided before undecided",
                Figures.Fixed(auc),
                "",
                "by the size of the difference; 0.5 by chance"
            );
        }

        if (ranks.SoftPairwiseAccuracy is { } soft)
        {
            grid.Row(
                "soft pairwise accuracy",
                Figures.Fixed(soft, 3),
                "",
                "how alike people and score are in how sure they are"
            );
        }
    }

    private static void More(Page page, IReadOnlyList<MoreVotes> more)
    {
        if (more.Count == 0)
        {
            return;
        }

        var now = more[0];
        page.Note(
            $"Half width of the per-vote agreement, from components of variance: {AgreementTable.Percent(now.HalfWidth)} now; "
                + string.Join(
                    ", ",
                    more.Skip(1)
                        .Select(one =>
                            $"{AgreementTable.Percent(one.HalfWidth)} with {Figures.Count(one.Prompts, "prompt")} and {Figures.Count(one.Raters, "rater")}"
                        )
                )
                + "."
        );
    }
}
