using Semblance.Agreement;
using Semblance.Statistics;

namespace Semblance.Tests.Agreement;

/// <summary>Values that papers and packages have published, a row each.</summary>
public sealed class PublishedValuesTests
{
    // Twelve items and four raters, 0 for no vote: the example of Gwet's handbook.
    private static readonly string[] FourRaters =
    [
        "1101",
        "2232",
        "3333",
        "3333",
        "2222",
        "1234",
        "4444",
        "1121",
        "2222",
        "0555",
        "0011",
        "0030",
    ];

    private static readonly int[][] Twelve =
    [
        .. FourRaters.Select(item => (int[])[.. "12345".Select(category => item.Count(vote => vote == category))]),
    ];

    // Two raters, three categories: 13, 20 and 56 items on the diagonal.
    private static readonly int[][] TwoRaters =
    [
        .. Enumerable.Repeat<int[]>([2, 0, 0], 13),
        .. Enumerable.Repeat<int[]>([0, 2, 0], 20),
        .. Enumerable.Repeat<int[]>([0, 1, 1], 11),
        .. Enumerable.Repeat<int[]>([0, 0, 2], 56),
    ];

    public static TheoryData<string, double, double> Coefficients() =>
        new()
        {
            { "raw agreement", AgreementCoefficient.Raw(Twelve).Value, .8181818 },
            { "AC1", AgreementCoefficient.Gwet(Twelve).Value, .77544 },
            { "AC1, error", AgreementCoefficient.Gwet(Twelve).StandardError!.Value, .14295 },
            { "AC1, chance", AgreementCoefficient.Gwet(Twelve).Chance, .1903212 },
            { "AC1, p", AgreementCoefficient.Gwet(Twelve).P!.Value, .000208721 },
            { "AC1, lower limit", Math.Round(AgreementCoefficient.Gwet(Twelve).Interval()!.Value.Low, 3), .461 },
            { "AC1, upper limit", AgreementCoefficient.Gwet(Twelve).Interval()!.Value.High, 1 },
            { "Fleiss", AgreementCoefficient.Fleiss(Twelve).Value, .76117 },
            { "Fleiss, error", AgreementCoefficient.Fleiss(Twelve).StandardError!.Value, .15302 },
            { "Fleiss, chance", AgreementCoefficient.Fleiss(Twelve).Chance, .2387153 },
            { "Fleiss, p", AgreementCoefficient.Fleiss(Twelve).P!.Value, .000419173 },
            { "alpha", AgreementCoefficient.Krippendorff(Twelve).Value, 904.0 / 1216 },
            { "alpha from coincidences", KrippendorffAlpha.Of(Twelve), 904.0 / 1216 },
            { "alpha, error", AgreementCoefficient.Krippendorff(Twelve).StandardError!.Value, .14557 },
            { "alpha, observed", Math.Round(AgreementCoefficient.Krippendorff(Twelve).Observed, 3), .805 },
            { "alpha, chance", AgreementCoefficient.Krippendorff(Twelve).Chance, .24 },
            { "alpha, p", AgreementCoefficient.Krippendorff(Twelve).P!.Value, .00045943 },
            { "two raters, AC1", AgreementCoefficient.Gwet(TwoRaters).Value, .8493305 },
            { "two raters, AC1, error with n", ErrorWithN(AgreementCoefficient.Gwet(TwoRaters)), .04321747 },
            { "two raters, Scott's pi", AgreementCoefficient.Fleiss(TwoRaters).Value, .7962397 },
            { "two raters, alpha", AgreementCoefficient.Krippendorff(TwoRaters).Value, .7972585 },
            { "two raters, raw", AgreementCoefficient.Raw(TwoRaters).Value, .89 },
            { "two raters, raw, error with n", ErrorWithN(AgreementCoefficient.Raw(TwoRaters)), .03128898 },
            {
                "eight raters, Fleiss",
                FleissKappa
                    .Of([
                        [7, 1],
                        [3, 5],
                    ])
                    .Kappa,
                .161905
            },
            {
                "eight raters, Randolph",
                FleissKappa
                    .Of([
                        [7, 1],
                        [3, 5],
                    ])
                    .Randolph,
                .214286
            },
            {
                "seven raters, Fleiss",
                FleissKappa
                    .Of([
                        [6, 1, 0],
                        [0, 7, 0],
                    ])
                    .Kappa,
                .708333
            },
            {
                "seven raters, Randolph",
                FleissKappa
                    .Of([
                        [6, 1, 0],
                        [0, 7, 0],
                    ])
                    .Randolph,
                .785714
            },
            { "alpha of [[1,2],[2,3],[3,4]]", KrippendorffAlpha.Of(Chain), -.1538462 },
            { "its interval alpha", KrippendorffAlpha.Of(Chain, AlphaMetric.Interval, [1, 2, 3, 4]), .5454545 },
        };

    [Theory]
    [MemberData(nameof(Coefficients))]
    public void A_coefficient_is_as_published(string what, double actual, double published) =>
        Assert.True(Math.Abs(actual - published) < 6e-6, $"{what} is {actual}, published {published}");

    public static TheoryData<string, double, double> Weighted() =>
        new()
        {
            { "AC2 ordinal", AgreementCoefficient.Gwet(Twelve, AgreementWeights.Ordinal).Value, .899 },
            { "AC2 quadratic", AgreementCoefficient.Gwet(Twelve, AgreementWeights.Quadratic).Value, .914 },
            { "AC2 linear", AgreementCoefficient.Gwet(Twelve, AgreementWeights.Linear).Value, .859 },
            { "Fleiss quadratic", AgreementCoefficient.Fleiss(Twelve, AgreementWeights.Quadratic).Value, .865 },
            { "Fleiss ordinal", AgreementCoefficient.Fleiss(Twelve, AgreementWeights.Ordinal).Value, .850 },
            { "alpha quadratic", AgreementCoefficient.Krippendorff(Twelve, AgreementWeights.Quadratic).Value, .849 },
            {
                "alpha, Gwet's ordinal",
                AgreementCoefficient.Krippendorff(Twelve, AgreementWeights.Ordinal).Value,
                .834
            },
            { "alpha, own ordinal", KrippendorffAlpha.Of(Twelve, AlphaMetric.Ordinal), .815 },
            { "alpha, interval", KrippendorffAlpha.Of(Twelve, AlphaMetric.Interval), .849 },
        };

    [Theory]
    [MemberData(nameof(Weighted))]
    public void A_weighted_coefficient_is_as_published_to_three_digits(string what, double actual, double published) =>
        Assert.True(Math.Abs(actual - published) <= .0005001, $"{what} is {actual}, published {published}");

    [Theory]
    [InlineData(94, 100, .873970, .977665, .875232, .972214)]
    [InlineData(47, 50, .834518, .987451, .837829, .979385)]
    [InlineData(92, 98, .871492, .977203, double.NaN, double.NaN)]
    [InlineData(100, 100, .963783, 1, .963006, 1)]
    public void Intervals_of_a_share_near_94_percent(
        int successes,
        int trials,
        double low,
        double high,
        double wilsonLow,
        double wilsonHigh
    )
    {
        var exact = Proportion.ClopperPearson(successes, trials);
        var wilson = Proportion.Wilson(successes, trials);
        Assert.Equal(low, exact.Low, 6e-7);
        Assert.Equal(high, exact.High, 6e-7);
        if (!double.IsNaN(wilsonLow))
        {
            Assert.Equal(wilsonLow, wilson.Low, 6e-7);
            Assert.Equal(wilsonHigh, wilson.High, 6e-7);
        }
    }

    [Theory]
    [InlineData(25, 77.7, 98.6)]
    [InlineData(200, 89.8, 96.5)]
    [InlineData(400, 91.2, 95.9)]
    [InlineData(1000, 92.4, 95.3)]
    public void Wilson_interval_of_exactly_94_percent(int prompts, double low, double high)
    {
        var wilson = Proportion.Wilson(0.94 * prompts, prompts);
        Assert.Equal(low, 100 * wilson.Low, 0.05001);
        Assert.Equal(high, 100 * wilson.High, 0.05001);
    }

    [Fact]
    public void Citations_between_four_journals_of_statistics()
    {
        // Biometrika, Communications in Statistics, JASA, JRSS B.
        double[][] wins =
        [
            [0, 730, 498, 221],
            [33, 0, 68, 17],
            [320, 813, 0, 142],
            [284, 276, 325, 0],
        ];
        var found = DavidsonModel.Of(wins, [.. wins.Select(_ => new double[4])]);
        Assert.Equal(-2.9491, found.LogStrengths[1] - found.LogStrengths[0], 6e-5);
        Assert.Equal(-.4796, found.LogStrengths[2] - found.LogStrengths[0], 6e-5);
        Assert.Equal(.2690, found.LogStrengths[3] - found.LogStrengths[0], 6e-5);
        Assert.Equal(4.293, found.Deviance, 6e-4);
    }

    [Fact]
    public void Strengths_of_four_players_up_to_scale()
    {
        // A, B, C, D.
        double[][] wins =
        [
            [0, 2, 0, 1],
            [3, 0, 5, 0],
            [0, 3, 0, 1],
            [4, 0, 3, 0],
        ];
        var found = DavidsonModel.Of(wins, [.. wins.Select(_ => new double[4])]);
        double[] published = [.640, 1.043, .660, 2.270];
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(
                published[i] / published[0],
                found.Strengths[i] / found.Strengths[0],
                3e-3 * published[i] / published[0]
            );
        }
    }

    [Fact]
    public void Six_puddings_with_ties()
    {
        var found = DavidsonModel.Of(Puddings, 6, sides: false);
        double[] published = [.138803, .173001, .161747, .165373, .158685, .202389];
        double[] errors = [.18722, .19352, .18821, .19270, .19241];
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(published[i], found.Strengths[i], 6e-7);
        }

        for (var i = 1; i < 6; i++)
        {
            Assert.Equal(errors[i - 1], found.DifferenceError(0, i), 6e-6);
        }

        Assert.Equal(.746823, found.TieStrength, 6e-7);
        Assert.Equal(.08250, found.LogTiesError!.Value, 6e-6);
        Assert.Equal(-809.7095, found.LogLikelihood, 6e-5);
        Assert.Equal(15.7704, found.Deviance, 6e-5);
        Assert.Equal(24, found.Degrees);
    }

    [Fact]
    public void The_same_puddings_with_ties_as_half_wins()
    {
        var found = DavidsonModel.Of(
            [
                .. Puddings.Select(row =>
                    row with
                    {
                        LeftWins = row.LeftWins + (row.Ties / 2),
                        RightWins = row.RightWins + (row.Ties / 2),
                        Ties = 0,
                    }
                ),
            ],
            6,
            sides: false
        );
        double[] published = [.146075, .171473, .163279, .165935, .161023, .192214];
        Assert.All(published.Zip(found.Strengths), one => Assert.Equal(one.First, one.Second, 6e-7));
    }

    [Fact]
    public void Ties_calibrated_on_five_values()
    {
        var pairs = TieCalibration.Pairs([1, 2, 2, 3, 4], [2, 1, 1.5, 5, 3]);
        Assert.Equal(.6, TieCalibration.At(pairs, 0), 12);
        Assert.Equal(.7, TieCalibration.At(pairs, .5), 12);
        Assert.Equal(.4, TieCalibration.At(pairs, 2), 12);
        Assert.Equal(new TieCalibration(.5, .7), TieCalibration.Best(pairs));
        Assert.Equal(.316228, Kendall.Of([1, 2, 2, 3, 4], [2, 1, 1.5, 5, 3]).TauB, 6e-7);
    }

    [Theory]
    [InlineData(new double[] { 1, 2, 3, 4 }, 0, 6)]
    [InlineData(new double[] { 1, 1, 1, 4 }, 4, 4)]
    public void The_smallest_best_threshold_is_taken(double[] human, double threshold, int agreeing) =>
        Assert.Equal(
            new TieCalibration(threshold, agreeing / 6.0),
            TieCalibration.Best(TieCalibration.Pairs(human, [0, 2, 6, 8]))
        );

    [Fact]
    public void Pairs_that_both_tie_agree() =>
        Assert.Equal(
            14 / 21.0,
            TieCalibration.At(TieCalibration.Pairs([1, 1, 1, 2, 2, 3, 4], [1, 1, 2, 2, 4, 3, 3]), 0),
            12
        );

    [Fact]
    public void A_psychometric_curve_of_ten_differences()
    {
        double[] differences = [-.10, -.06, -.04, -.02, -.01, 0, .01, .02, .05, .09];
        double[] votes = [0, 1, 1, 2, 2, 3, 3, 3, 4, 5];
        var curve = PsychometricCurve.Fit([.. differences.Zip(votes, (d, v) => new CurvePoint(d, v, 5))]);
        Assert.Equal(.0853982, curve.Bias, 6e-8);
        // R stops a little before the maximum.
        Assert.Equal(.3484642, curve.BiasError, 1e-6);
        Assert.Equal(33.139469, curve.Slope, 6e-7);
        Assert.Equal(10.242277, curve.SlopeError, 1e-4);
        Assert.Equal(1.475192, curve.Deviance, 6e-7);
        Assert.Equal(.0305742, curve.DifferenceAt()!.Value, 6e-8);
    }

    [Fact]
    public void Ordered_logits_of_the_copenhagen_housing_survey()
    {
        // Madsen (1976): satisfaction by influence, type and contact; satisfaction changes first, then influence, type, contact.
        int[] counts =
        [
            21,
            21,
            28,
            34,
            22,
            36,
            10,
            11,
            36,
            61,
            23,
            17,
            43,
            35,
            40,
            26,
            18,
            54,
            13,
            9,
            10,
            8,
            8,
            12,
            6,
            7,
            9,
            18,
            6,
            7,
            15,
            13,
            13,
            7,
            5,
            11,
            14,
            19,
            37,
            17,
            23,
            40,
            3,
            5,
            23,
            78,
            46,
            43,
            48,
            45,
            86,
            15,
            25,
            62,
            20,
            23,
            20,
            10,
            22,
            24,
            7,
            10,
            21,
            57,
            23,
            13,
            31,
            21,
            13,
            5,
            6,
            13,
        ];
        var found = OrderedLogit.Fit(
            [
                .. counts.Select(
                    (count, i) =>
                        new OrderedAnswer(
                            i % 3,
                            [
                                Is(i / 3 % 3, 1),
                                Is(i / 3 % 3, 2),
                                Is(i / 9 % 4, 1),
                                Is(i / 9 % 4, 2),
                                Is(i / 9 % 4, 3),
                                i / 36,
                            ],
                            count
                        )
                ),
            ],
            3
        );
        double[] slopes = [.566394, 1.288819, -.572350, -.366187, -1.091015, .360284];
        Assert.All(slopes.Zip(found.Slopes), one => Assert.Equal(one.First, one.Second, 1e-5));
        Assert.Equal(-.496135, found.Cuts[0], 1e-5);
        Assert.Equal(.690708, found.Cuts[1], 1e-5);
        Assert.Equal(3479.149, found.Deviance, 6e-4);

        static double Is(int level, int wanted) => level == wanted ? 1 : 0;
    }

    [Fact]
    public void McNemar_of_approval_ratings()
    {
        var test = McNemar.Of(150, 86);
        Assert.Equal(17.356, test.ChiSquare, 6e-4);
        Assert.Equal(3.099e-05, test.PChiSquare, 6e-9);
    }

    /// <summary>Published errors of two raters divide by n, not n - 1.</summary>
    private static double ErrorWithN(AgreementCoefficient own) =>
        own.StandardError!.Value * Math.Sqrt((own.Items - 1.0) / own.Items);

    private static readonly int[][] Chain =
    [
        [1, 1, 0, 0],
        [0, 1, 1, 0],
        [0, 0, 1, 1],
    ];

    // Davidson (1970), table 1: for each pair wins of the first, of the second, and ties.
    private static readonly SidedCounts[] Puddings =
    [
        new(0, 1, 19, 16, 22),
        new(0, 2, 16, 12, 19),
        new(1, 2, 19, 10, 19),
        new(0, 3, 18, 13, 23),
        new(1, 3, 23, 9, 19),
        new(2, 3, 19, 15, 20),
        new(0, 4, 13, 18, 19),
        new(1, 4, 16, 12, 20),
        new(2, 4, 16, 17, 15),
        new(3, 4, 17, 16, 14),
        new(0, 5, 18, 12, 21),
        new(1, 5, 22, 12, 20),
        new(2, 5, 13, 10, 18),
        new(3, 5, 14, 18, 19),
        new(4, 5, 11, 12, 21),
    ];
}
