using System.Globalization;
using System.Text.RegularExpressions;
using Semblance.Comparison;
using Semblance.Tests.Statistics;

namespace Semblance.Tests.Comparison;

/// <summary>The verdict of several models against the verdicts of their pairs.</summary>
public sealed class SeveralVerdictTests
{
    private static readonly Regex Claim = new(
        @"(?<better>model \d+) is more consistent than (?<worse>model \d+)[,:]",
        RegexOptions.ExplicitCapture
    );

    private static readonly Regex Leader = new(@"(?<first>model \d+) ranks first", RegexOptions.ExplicitCapture);

    [Fact]
    public void A_model_that_ranks_first_and_is_worse_than_another_is_not_called_better()
    {
        // 58 prompts a little for A, 42 far for B, C below both.
        double[] flat = [.. Enumerable.Range(0, 100).Select(i => 70 + (i % 10 / 10.0))];
        double[] up = [.. flat.Select((score, i) => score + (i < 58 ? -0.1 : 5 + (i / 1000.0)))];
        double[] low = [.. flat.Select((score, i) => score - 3 - (i / 500.0))];
        var report = Scores.Compare(Scores.Of(flat, up, low));
        Assert.StartsWith("model 1 is more consistent than model 0", report.Pairs[0].Verdict, StringComparison.Ordinal);
        Assert.Contains(
            "model 0 ranks first (average rank 1.42, mean 70.45); it is more consistent than 1 of the 2 others and less consistent than 1. model 1 is more consistent than model 0, though it ranks lower: model 1 - model 0 = +2.",
            report.Verdict,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_mixed_pair_is_not_counted_as_a_difference()
    {
        // The mean favours model 1, the ranks model 0.
        double[] flat = [.. Enumerable.Range(0, 100).Select(i => 70 + (i % 10 / 10.0))];
        double[] other = [.. flat.Select((score, i) => score + (i < 82 ? -1 - (i / 1000.0) : 9 + (i / 100.0)))];
        double[] low = [.. flat.Select((score, i) => score - 3 - (i / 500.0))];
        var report = Scores.Compare(Scores.Of(flat, other, low));
        Assert.Matches(
            "is mixed, since mean and ranks point opposite ways, the mean to model 1 and the test to model 0, which is higher on 82 of 100 prompts \\(pseudomedian -1\\.\\d\\d\\): model 1 - model 0 = \\+0\\.",
            report.Pairs[0].Verdict
        );
        Assert.Contains(
            "it is more consistent than 1 of the 2 others and cannot be told apart from 1.",
            report.Verdict,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "mean and ranks point opposite ways",
            Scores.Compare(Scores.Of(flat, other)).Verdict,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Pairs_that_differ_are_not_hidden_behind_a_test_of_all()
    {
        // The ranks of three models balance out, the sizes of two do not.
        double[] a = [.. Enumerable.Range(0, 60).Select(i => 70 + (i % 7 / 7.0))];
        double[] b = [.. a.Select((score, i) => score + (i % 2 == 0 ? -0.1 - (i / 1e4) : 4 + (i / 100.0)))];
        double[] c = [.. a.Select((score, i) => score + (i % 2 == 0 ? 0.05 : 2) * (i % 4 < 2 ? 1 : -1))];
        var report = Scores.Compare(Scores.Of(a, b, c));
        Assert.True(report.Several!.P > 0.05);
        Assert.StartsWith("model 1 is more consistent than model 0", report.Pairs[0].Verdict, StringComparison.Ordinal);
        Assert.StartsWith(
            "Friedman's test shows no difference among the 3 models",
            report.Verdict,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "after Holm. The surest is that model 1 is more consistent",
            report.Verdict,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_comparison_with_one_rests_on_its_own_pairs()
    {
        var matrix = Scores.Random(12, 20, 0, 7);
        double[] better = [.. matrix.Scores(0).Select((score, i) => score + 1 + (i / 50.0))];
        double[][] all = [.. Enumerable.Range(0, 12).Select(matrix.Scores), better];
        var report = Scores.Compare(Scores.Of(all), new ComparisonOptions { Against = "model 0" });
        Assert.Matches(
            @"^Of the 12 others 1 is more consistent than model 0 and 11 cannot be told apart from it\. The surest is that model 12 is more consistent than model 0: model 12 - model 0 = \+1\.\d\d points on average \(95% interval \+1\.\d\d to \+1\.\d\d; two-sided Wilcoxon p = \S+, after Holm over 12 pairs p = \S+; 20 prompts\)\.$",
            report.Verdict
        );
        Assert.DoesNotContain("Friedman", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interval_of_one_pair_is_not_held_against_a_p_of_many()
    {
        var matrix = Scores.Random(20, 25, 0.05, 11);
        var report = Scores.Compare(matrix);
        Assert.Contains(
            report.Pairs,
            pair =>
                pair.Verdict.Contains(
                    "is shown once 190 pairs are tested (the pair alone would show",
                    StringComparison.Ordinal
                )
        );
        Assert.All(
            report.Pairs.Where(pair => pair.AdjustedP > 0.05),
            pair => Assert.StartsWith("No difference", pair.Verdict, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Models_that_share_the_first_rank_are_both_named()
    {
        var matrix = Scores.Random(2, 40, 4, 6);
        var report = Scores.Compare(Scores.Of(matrix.Scores(0), matrix.Scores(1), matrix.Scores(1)));
        Assert.Contains("model 1 ranks first, level with model 2 (", report.Verdict, StringComparison.Ordinal);
    }

    /// <summary>Random studies of every kind: flat, stepped, rounded, skewed against the ranks, few prompts and many.</summary>
    [Fact]
    [Trait("speed", "slow")]
    public void No_verdict_calls_a_pair_better_that_its_own_verdict_does_not()
    {
        var (ranked, worse, hidden, against) = (0, 0, 0, 0);
        for (var seed = 0; seed < 240; seed++)
        {
            var matrix = Study(seed);
            var options = new ComparisonOptions
            {
                Resamples = 200,
                Against = seed % 4 == 3 ? matrix.Models[seed % matrix.Models.Count] : null,
            };
            var report = Scores.Compare(matrix, options);
            var better = report.Pairs.SelectMany(BetterAndWorse).ToHashSet();
            foreach (Match claim in Claim.Matches(report.Verdict))
            {
                Assert.Contains((claim.Groups["better"].Value, claim.Groups["worse"].Value), better);
                Assert.Contains(
                    $"{claim.Groups["better"].Value} - {claim.Groups["worse"].Value} = +",
                    report.Verdict,
                    StringComparison.Ordinal
                );
            }

            // Counts are those of the pairs' verdicts.
            var first = options.Against ?? Leader.Match(report.Verdict).Groups["first"].Value;
            var over = better.Count(pair => pair.Item1 == first);
            var under = better.Count(pair => pair.Item2 == first);
            if (options.Against is not null)
            {
                against++;
                Assert.Equal(under, Count(report.Verdict, @"(?:others|and) (?<n>\d+) (?:is|are) more consistent"));
                Assert.Equal(over, Count(report.Verdict, @"(?:others|,|and) (?<n>\d+) (?:is|are) less consistent"));
            }
            else if (first.Length > 0)
            {
                ranked++;
                worse += under > 0 ? 1 : 0;
                Assert.Equal(over, Count(report.Verdict, @"it is more consistent than (?:each of the )?(?<n>\d+)"));
                Assert.Equal(under, Count(report.Verdict, @"less consistent than (?<n>\d+)"));
                if (report.Verdict.StartsWith("No difference", StringComparison.Ordinal))
                {
                    Assert.Empty(better);
                }
            }
            else if (report.Verdict.StartsWith("Friedman", StringComparison.Ordinal))
            {
                hidden++;
                Assert.Equal(better.Count, Count(report.Verdict, @"but (?<n>\d+) of"));
            }

            // Direction, size, interval and p of some difference, whatever the outcome.
            Assert.Matches(
                @" = [+-]?\d+\.\d\d points on average \((?:\d.*interval.* to |it does not vary).*p\b",
                report.Verdict
            );
        }

        // Every kind of verdict has come up.
        Assert.True(ranked > 50 && worse > 3 && hidden > 2 && against > 30, $"{ranked} {worse} {hidden} {against}");
    }

    private static IEnumerable<(string Better, string Worse)> BetterAndWorse(PairComparison pair) =>
        pair.Verdict.StartsWith($"{pair.Second} is more consistent than {pair.First}:", StringComparison.Ordinal)
            ? [(pair.Second, pair.First)]
        : pair.Verdict.StartsWith($"{pair.Second} is less consistent than {pair.First}:", StringComparison.Ordinal)
            ? [(pair.First, pair.Second)]
        : [];

    private static int Count(string verdict, string pattern) =>
        Regex.Match(verdict, pattern, RegexOptions.ExplicitCapture) is { Success: true } match
            ? int.Parse(match.Groups["n"].Value, CultureInfo.InvariantCulture)
            : 0;

    private static ScoreMatrix Study(int seed)
    {
        var draws = new NormalDraws(seed + 1);
        var models = 3 + (seed % 5);
        var prompts = new[] { 5, 9, 14, 30, 96 }[seed % 5];
        var own = Enumerable.Range(0, prompts).Select(_ => 4 * draws.Next()).ToArray();
        var rounded = seed % 3 == 0;
        double Score(int m, int i)
        {
            // Of every four studies two have a model that wins seldom but by much, one of them with others far below.
            var (step, noise) = (seed % 4) switch
            {
                0 => (m == 1 ? (i % 12 < 5 ? 5 : -0.1) : -3.0 * m, 0.02),
                2 => (
                    m != 1 ? 0
                    : i % 5 < 2 ? 4
                    : -0.3,
                    0.1
                ),
                _ => (0.6 * m, 1.5),
            };
            var score = 75 + own[i] + step + (noise * draws.Next());
            return rounded ? Math.Round(score, 1) : score;
        }

        return Scores.Of([
            .. Enumerable.Range(0, models).Select(m => Enumerable.Range(0, prompts).Select(i => Score(m, i)).ToArray()),
        ]);
    }
}
