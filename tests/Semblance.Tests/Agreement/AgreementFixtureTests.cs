using System.Text.Json;
using Semblance.Agreement;
using Semblance.Statistics;
using Semblance.Tests.Statistics;

namespace Semblance.Tests.Agreement;

/// <summary>The reference cases about human votes.</summary>
public sealed class AgreementFixtureTests
{
    public static IEnumerable<TheoryDataRow<string>> Proportions() => Golden.Cases("proportion");

    public static IEnumerable<TheoryDataRow<string>> McNemars() => Golden.Cases("mcnemar");

    public static IEnumerable<TheoryDataRow<string>> Fleiss() => Golden.Cases("fleiss_kappa");

    public static IEnumerable<TheoryDataRow<string>> Alphas() => Golden.Cases("krippendorff_alpha");

    public static IEnumerable<TheoryDataRow<string>> Gwets() => Golden.Cases("gwet_agreement");

    public static IEnumerable<TheoryDataRow<string>> Majorities() => Golden.Cases("majority_agreement");

    public static IEnumerable<TheoryDataRow<string>> Davidsons() => Golden.Cases("bradley_terry_davidson");

    [Theory]
    [MemberData(nameof(Proportions))]
    public void Shares_and_their_intervals(string name) =>
        Golden.Check(
            "proportion",
            name,
            input =>
            {
                var (successes, trials, level) = (
                    input.Whole("successes"),
                    input.Whole("trials"),
                    input.Number("level")
                );
                return new Fields
                {
                    ["proportion"] = (double)successes / trials,
                    ["clopper_pearson"] = Limits(Proportion.ClopperPearson(successes, trials, level)),
                    ["wilson"] = Limits(Proportion.Wilson(successes, trials, level)),
                    ["p_half"] = Fields.Of(Proportion.AgainstHalf(successes, trials)),
                }.Without("jeffreys", "agresti_coull", "wilson_continuity");
            }
        );

    [Theory]
    [MemberData(nameof(McNemars))]
    public void McNemar_test(string name) =>
        Golden.Check(
            "mcnemar",
            name,
            input =>
            {
                var table = input.Rows("table");
                var test = McNemar.Of((int)table[0][1], (int)table[1][0]);
                return new Fields
                {
                    ["b"] = test.OnlyFirst,
                    ["c"] = test.OnlySecond,
                    ["p_exact"] = test.PExact,
                    ["p_mid"] = test.PMid,
                    ["chi_square"] = test.ChiSquare,
                    ["p_chi_square"] = test.PChiSquare,
                    ["chi_square_corrected"] = test.ChiSquareCorrected,
                    ["p_chi_square_corrected"] = test.PChiSquareCorrected,
                };
            }
        );

    [Theory]
    [MemberData(nameof(Fleiss))]
    public void Fleiss_kappa(string name) =>
        Golden.Check(
            "fleiss_kappa",
            name,
            input =>
            {
                var found = FleissKappa.Of([.. input.Rows("counts").Select(row => Array.ConvertAll(row, x => (int)x))]);
                return new Fields
                {
                    ["kappa"] = found.Kappa,
                    ["randolph_kappa"] = found.Randolph,
                    ["standard_error_null"] = found.StandardErrorNull,
                    ["z"] = found.Z,
                    ["p_two_sided"] = found.P,
                    ["category_kappas"] = found.CategoryKappas,
                };
            }
        );

    [Theory]
    [MemberData(nameof(Alphas))]
    public void Krippendorff_alpha(string name) =>
        Golden.Check(
            "krippendorff_alpha",
            name,
            input =>
            {
                var ratings = Ratings(input.Json.GetProperty("ratings"));
                int[] categories = [.. ratings.SelectMany(row => row).OfType<int>().Distinct().Order()];
                var counts = RatingCounts.Of(ratings, categories);
                double[] values = Array.ConvertAll(categories, category => (double)category);
                return new Fields
                {
                    ["nominal"] = KrippendorffAlpha.Of(counts),
                    ["ordinal"] = KrippendorffAlpha.Of(counts, AlphaMetric.Ordinal),
                    ["interval"] = KrippendorffAlpha.Of(counts, AlphaMetric.Interval, values),
                };
            }
        );

    [Theory]
    [MemberData(nameof(Gwets))]
    public void Gwet_agreement(string name) =>
        Golden.Check(
            "gwet_agreement",
            name,
            input =>
            {
                int[] categories = [.. input.Numbers("categories").Select(x => (int)x)];
                var counts = RatingCounts.Of(Ratings(input.Json.GetProperty("ratings")), categories);
                var weights = Enum.Parse<AgreementWeights>(input.Text("weights"), ignoreCase: true);
                var found = AgreementCoefficient.Gwet(counts, weights);
                static Fields Of(AgreementCoefficient own) =>
                    new() { ["coefficient"] = own.Value, ["standard_error"] = own.StandardError };
                return new Fields
                {
                    ["coefficient"] = found.Value,
                    ["observed_agreement"] = found.Observed,
                    ["chance_agreement"] = found.Chance,
                    ["standard_error"] = found.StandardError,
                    ["irrcac"] = new Fields
                    {
                        ["coefficient"] = found.Value,
                        ["standard_error"] = found.StandardError,
                        ["confidence_interval"] = found.Interval() is { } interval ? Limits(interval) : null,
                        // It carries 13 decimals, and so no small p.
                        ["p_value"] =
                            (Action<JsonElement>)(
                                expected =>
                                    Assert.Equal(
                                        expected.GetProperty("irrcac").GetProperty("p_value").GetDouble(),
                                        found.P ?? 0,
                                        1e-9
                                    )
                            ),
                        ["fleiss_kappa_missing_allowed"] = Of(AgreementCoefficient.Fleiss(counts, weights)),
                        ["brennan_prediger"] = Of(AgreementCoefficient.BrennanPrediger(counts, weights)),
                        ["krippendorff_alpha"] = Of(AgreementCoefficient.Krippendorff(counts, weights)),
                    }.Without("conger_kappa"),
                };
            }
        );

    [Theory]
    [MemberData(nameof(Majorities))]
    public void Majority_agreement(string name) =>
        Golden.Check(
            "majority_agreement",
            name,
            input =>
            {
                IReadOnlyList<Choice?>[] votes =
                [
                    .. input
                        .Json.GetProperty("votes")
                        .EnumerateArray()
                        .Select(row => (Choice?[])[.. row.EnumerateArray().Select(vote => ChoiceOf(vote.GetString()))]),
                ];
                var (a, b) = (input.Numbers("score_a"), input.Numbers("score_b"));
                double[] differences = [.. a.Zip(b, (first, second) => second - first)];
                var found = MajorityAgreement.Of(votes, differences);
                return new Fields
                {
                    ["majority"] = votes.Select(Majority.Of).Select(NameOf),
                    ["selected"] = differences.Select(d => NameOf(Majority.OfScore(d))),
                    ["prompts_voted"] = found.Items,
                    ["prompts_decided"] = found.Decided,
                    ["agreements"] = found.Agreements,
                    ["agreement_of_decided"] = found.OfDecided,
                    ["agreement_tie_counts_half"] = found.TiesHalf,
                    ["agreement_tie_is_disagreement"] = found.UndecidedDisagree,
                    ["wins_a"] = found.MajorityFirst,
                    ["wins_b"] = found.MajoritySecond,
                    ["vote_ties"] = found.MajorityTies,
                    ["unvoted"] = found.Unvoted,
                    ["clopper_pearson95"] = Limits(Proportion.ClopperPearson(found.Agreements, found.Decided)),
                    ["p_half"] = Proportion.AgainstHalf(found.Agreements, found.Decided).TwoSided,
                };
            }
        );

    [Theory]
    [MemberData(nameof(Davidsons))]
    public void Strengths_with_ties(string name) =>
        Golden.Check(
            "bradley_terry_davidson",
            name,
            input =>
            {
                var found = DavidsonModel.Of(input.Rows("wins"), input.Rows("ties"));
                return new Fields
                {
                    ["log_strengths"] = found.LogStrengths,
                    ["standard_errors"] = found.StandardErrors,
                    ["strengths_sum_1"] = found.Strengths,
                    ["log_likelihood"] = found.LogLikelihood,
                    ["difference_first_second"] = found.LogStrengths[0] - found.LogStrengths[1],
                    ["difference_first_second_se"] = found.DifferenceError(0, 1),
                    ["nu"] = found.TieStrength,
                    ["log_nu"] = found.LogTies,
                    ["log_nu_se"] = found.LogTiesError,
                };
            }
        );

    private static double[] Limits(Interval interval) => [interval.Low, interval.High];

    private static int?[][] Ratings(JsonElement rows) =>
        [
            .. rows.EnumerateArray()
                .Select(row =>
                    (int?[])
                        [
                            .. row.EnumerateArray()
                                .Select(vote => vote.ValueKind == JsonValueKind.Null ? (int?)null : vote.GetInt32()),
                        ]
                ),
        ];

    private static Choice? ChoiceOf(string? vote) =>
        vote switch
        {
            null => null,
            "a" => Choice.First,
            "b" => Choice.Second,
            "tie" => Choice.Tie,
            _ => (Choice)7,
        };

    private static string NameOf(Choice? choice) =>
        choice switch
        {
            Choice.First => "a",
            Choice.Second => "b",
            Choice.Tie => "tie",
            _ => "none",
        };
}
