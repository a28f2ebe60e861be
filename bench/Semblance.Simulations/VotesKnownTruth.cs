using Semblance.Agreement;
using Semblance.Statistics;

namespace Semblance.Simulations;

/// <summary>
/// Simulated raters whose answers are known: a prompt's preference is a slope times the difference of scores plus what the score
/// does not see, raters differ in how well they see it, ties follow Davidson, and some answers are random.
/// </summary>
internal sealed record VotesKnownTruth(double Slope, double Unseen, double RaterSpread, double Lapse)
{
    private const double Ties = 0.3;

    /// <summary>People who see much of what the score measures, and something else.</summary>
    public static readonly VotesKnownTruth Study = new(1.2, 1, 0.25, 0.04);

    /// <summary>People who see what the score measures, and nothing else: the curve that is fitted is the true one.</summary>
    public static readonly VotesKnownTruth Curve = new(1.2, 0, 0, 0.04);

    private static readonly (int Raters, int Prompts)[] Sizes =
    [
        .. from raters in new[] { 3, 5 } from prompts in new[] { 50, 100, 200 } select (raters, prompts),
    ];

    /// <summary>Agreement, shares and coefficients, for studies of all sizes.</summary>
    public static IEnumerable<Rate> Everything(int runs, int resamples, ulong seed, int threads) =>
        Sizes.SelectMany(size => Shares(size.Prompts, size.Raters, runs, resamples, seed, threads));

    /// <summary>The psychometric curve, for studies of all sizes.</summary>
    public static IEnumerable<Rate> Curves(int runs, int resamples, ulong seed, int threads) =>
        Sizes.Select(size => Seen(size.Prompts, size.Raters, runs, resamples, seed, threads));

    /// <summary>Coverage of the intervals of shares and coefficients.</summary>
    public static IReadOnlyList<Rate> Shares(int prompts, int raters, int runs, int resamples, ulong seed, int threads)
    {
        string[] what =
        [
            "Wilson interval of the agreement covers it",
            "Clopper-Pearson interval of the agreement covers it",
            "two-way bootstrap of the per-vote agreement covers it",
            "components of variance of the per-vote agreement cover it",
            "interval of AC1 over prompts covers it",
            "interval of Fleiss' kappa over prompts covers it",
            "interval of alpha (nominal) over prompts covers it",
            "interval of AC1 over prompts and raters covers it",
            "interval of Fleiss' kappa over prompts and raters covers it",
            "interval of alpha (nominal) over prompts and raters covers it",
        ];
        var truth = TruthOf(raters, seed);
        var counts = Count(
            runs,
            what.Length,
            threads,
            study =>
            {
                var (table, differences) = Study.Draw(new Draws(seed + 10, study), prompts, raters);
                var agreement = MajorityAgreement.Of(table.Choices, differences);
                var perVote = PerVoteAgreement.Of(table, differences, 0.95, resamples, (ulong)study, 1);
                var votes = table.Counts();
                bool Both(Func<int[][], AgreementCoefficient> coefficient, double known) =>
                    Covers(
                        TwoWayInterval
                            .Of(
                                table,
                                votes => coefficient(votes).Value,
                                new AgreementOptions { Resamples = resamples, Seed = (ulong)study }
                            )!
                            .Value,
                        known
                    );

                return
                [
                    Covers(Proportion.Wilson(agreement.Agreements, agreement.Decided), truth[0]),
                    Covers(Proportion.ClopperPearson(agreement.Agreements, agreement.Decided), truth[0]),
                    Covers(perVote.Bootstrap!.Value, truth[1]),
                    Covers(perVote.Variance!.Interval(perVote.Share, 0.95), truth[1]),
                    Covers(AgreementCoefficient.Gwet(votes).Interval()!.Value, truth[2]),
                    Covers(AgreementCoefficient.Fleiss(votes).Interval()!.Value, truth[3]),
                    Covers(AgreementCoefficient.Krippendorff(votes).Interval()!.Value, truth[4]),
                    Both(one => AgreementCoefficient.Gwet(one), truth[2]),
                    Both(one => AgreementCoefficient.Fleiss(one), truth[3]),
                    Both(one => AgreementCoefficient.Krippendorff(one), truth[4]),
                ];
            }
        );
        return [.. what.Select((name, i) => new Rate(name, $"{raters} raters", prompts, 0.95, false, counts[i], runs))];
    }

    /// <summary>Coverage of the interval of the difference that 75% see.</summary>
    public static Rate Seen(int prompts, int raters, int runs, int resamples, ulong seed, int threads)
    {
        var share = (0.75 - (Curve.Lapse / 2)) / (1 - Curve.Lapse);
        var truth = Math.Log(share / (1 - share)) / Curve.Slope;
        var counts = Count(
            runs,
            1,
            threads,
            study =>
            {
                var (table, differences) = Curve.Draw(new Draws(seed + 11, study), prompts, raters);
                var options = new AgreementOptions { Resamples = resamples, Seed = (ulong)study };
                var found = CurveFigures.Of(table, differences, options);
                return [found.Seen75Low <= truth && truth <= (found.Seen75High ?? double.PositiveInfinity)];
            }
        );
        return new Rate(
            "interval of the difference that 75% see covers it",
            $"{raters} raters",
            prompts,
            0.95,
            false,
            counts[0],
            runs
        );
    }

    /// <summary>One study: votes, and the differences of scores.</summary>
    public (VoteTable Table, double[] Differences) Draw(Draws draws, int prompts, int raters)
    {
        double[] sight = [.. Enumerable.Range(0, raters).Select(_ => Math.Exp(RaterSpread * draws.Normal()))];
        var differences = new double[prompts];
        var choices = new Choice?[prompts][];
        for (var i = 0; i < prompts; i++)
        {
            differences[i] = 0.4 + (1.5 * draws.Normal());
            var preference = (Slope * differences[i]) + (Unseen * draws.Normal());
            choices[i] = [.. sight.Select(own => (Choice?)Vote(draws, own * preference))];
        }

        return (
            new VoteTable(
                [.. Enumerable.Range(0, prompts).Select(i => new VoteItem($"prompt {i}", "A", "B"))],
                [.. Enumerable.Range(0, raters).Select(r => $"rater {r}")],
                choices
            ),
            differences
        );
    }

    private Choice Vote(Draws draws, double u)
    {
        var (first, second) = (Math.Exp(-u / 2), Math.Exp(u / 2));
        var at = draws.Uniform() * (first + second + Ties);
        var vote =
            at < first ? Choice.First
            : at < first + second ? Choice.Second
            : Choice.Tie;
        return vote == Choice.Tie || draws.Uniform() >= Lapse ? vote
            : draws.Uniform() < 0.5 ? Choice.First
            : Choice.Second;
    }

    /// <summary>What very many prompts and raters give: agreement, per vote, AC1, kappa, alpha.</summary>
    private static double[] TruthOf(int raters, ulong seed)
    {
        const int Panels = 200;
        const int Prompts = 1000;
        var votes = new List<IReadOnlyList<Choice?>>();
        var all = new List<double>();
        var (right, counted) = (0, 0);
        for (var panel = 0; panel < Panels; panel++)
        {
            var (table, differences) = Study.Draw(new Draws(seed + 12, panel), Prompts, raters);
            votes.AddRange(table.Choices);
            all.AddRange(differences);
            for (var i = 0; i < Prompts; i++)
            {
                var selected = Majority.OfScore(differences[i]);
                counted += table.Choices[i].Count(vote => vote != Choice.Tie);
                right += table.Choices[i].Count(vote => vote == selected);
            }
        }

        int[][] counts =
        [
            .. votes.Select(row => (int[])[.. Enum.GetValues<Choice>().Select(k => row.Count(vote => vote == k))]),
        ];
        return
        [
            MajorityAgreement.Of(votes, all).OfDecided!.Value,
            (double)right / counted,
            AgreementCoefficient.Gwet(counts).Value,
            AgreementCoefficient.Fleiss(counts).Value,
            AgreementCoefficient.Krippendorff(counts).Value,
        ];
    }

    private static bool Covers(Interval interval, double truth) => interval.Low <= truth && truth <= interval.High;

    private static int[] Count(int runs, int events, int threads, Func<int, bool[]> study)
    {
        var happened = new bool[runs][];
        new Threads(threads).Run(runs, run => happened[run] = study(run));
        return [.. Enumerable.Range(0, events).Select(i => happened.Count(one => one[i]))];
    }
}
