using System.Globalization;
using System.Text.Json;
using Semblance.Comparison;
using Semblance.Statistics;

namespace Semblance.Tests.Comparison;

public sealed class ModelComparisonTests
{
    [Fact]
    public void A_clear_difference_is_named_with_size_interval_and_p()
    {
        var report = ModelComparison.Of(Scores.Random(2, 60, 3, 4));
        Assert.StartsWith(
            "model 1 is more consistent than model 0: model 1 - model 0 = +",
            report.Verdict,
            StringComparison.Ordinal
        );
        Assert.Matches(
            @"95% interval \+\d\.\d\d to \+\d\.\d\d, BCa .*; Wilcoxon p = \d\.\de-\d+; 60 prompts",
            report.Verdict
        );
        Assert.Equal(report.Verdict, report.Pairs[0].Verdict);
        Assert.Null(report.Several);
        Assert.Null(report.Paper);
        Assert.Empty(report.Warnings);
    }

    [Fact]
    public void Turned_around_the_difference_changes_its_sign_only()
    {
        var matrix = Scores.Random(2, 40, -1, 9);
        var (a, b) = (matrix.Scores(0), matrix.Scores(1));
        var (one, other) = (ModelComparison.Of(Scores.Of(a, b)).Pairs[0], ModelComparison.Of(Scores.Of(b, a)).Pairs[0]);
        Assert.Equal(one.Difference.Value, -other.Difference.Value, 1e-9);
        Assert.Equal(one.HodgesLehmann.Low, -other.HodgesLehmann.High, 1e-9);
        Assert.Equal(one.Wilcoxon!.P, other.Wilcoxon!.P);
        Assert.Equal(one.SecondHigher, other.FirstHigher);
    }

    [Fact]
    public void No_difference_is_not_called_none()
    {
        var report = ModelComparison.Of(Scores.Random(2, 30, 0, 3));
        Assert.StartsWith(
            "No difference between model 0 and model 1 is shown",
            report.Verdict,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Below_fifteen_prompts_the_interval_is_Students_and_a_warning_says_so()
    {
        var few = ModelComparison.Of(Scores.Random(2, 14, 3, 5));
        Assert.Equal("Student", few.Pairs[0].Difference.Method);
        Assert.Contains(few.Warnings, warning => warning.Contains("14 prompts", StringComparison.Ordinal));
        var (low, high) = MeanInterval.Student(
            PairedDifferences.Of(Scores.Random(2, 14, 3, 5).Scores(0), Scores.Random(2, 14, 3, 5).Scores(1))
        );
        Assert.Equal((low, high), (few.Pairs[0].Difference.Low, few.Pairs[0].Difference.High));
        var enough = ModelComparison.Of(Scores.Random(2, 15, 3, 5));
        Assert.StartsWith("BCa", enough.Pairs[0].Difference.Method, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_differences_that_are_not_normal_are_pointed_out()
    {
        var odd = ModelComparison.Of(Scores.WithDifferences(0.1, 0.2, 0.15, 0.05, 0.12, 0.18, 0.11, 9));
        Assert.Contains(odd.Warnings, warning => warning.Contains("do not look normal", StringComparison.Ordinal));
    }

    [Fact]
    public void Signed_rank_limits_of_five_prompts_say_what_level_they_have()
    {
        var estimate = ModelComparison.Of(Scores.WithDifferences(1, 2, 3, 4, 5.5)).Pairs[0].HodgesLehmann;
        Assert.Equal(1 - (2 / 32.0), estimate.Level, 1e-12);
        Assert.Contains("93.8%", estimate.Method, StringComparison.Ordinal);
    }

    [Theory]
    // t = 2.144787 times sqrt(15 / 14) is 2.220073, which leaves 0.026413 in two normal tails.
    [InlineData(15, 0.973587)]
    [InlineData(1_000_000, 0.95)]
    public void Levels_are_widened_for_few_prompts(int prompts, double level) =>
        Assert.Equal(level, PromptIntervals.WidenedLevel(0.95, prompts), 1e-5);

    [Fact]
    public void Equal_scores_have_no_test()
    {
        double[] scores = [.. Enumerable.Range(0, 20).Select(i => 70.0 + i)];
        var report = ModelComparison.Of(Scores.Of(scores, scores));
        var pair = report.Pairs[0];
        Assert.Null(pair.Wilcoxon);
        Assert.Null(pair.Permutation);
        Assert.Null(pair.PairedT);
        Assert.Equal((0.0, 0.0, 0.0), (pair.Difference.Value, pair.Difference.Low, pair.Difference.High));
        Assert.StartsWith("There is no difference at all", report.Verdict, StringComparison.Ordinal);
        Assert.Contains(report.Warnings, warning => warning.Contains("same images", StringComparison.Ordinal));
    }

    [Fact]
    public void Decimal_ties_tie()
    {
        // 85.3 - 85.1 and 85.6 - 85.4 differ in their last bits.
        var report = ModelComparison.Of(Scores.Of([85.1, 85.4, 80], [85.3, 85.6, 79.8]));
        Assert.True(report.Pairs[0].Wilcoxon!.HasTies);
        Assert.Equal(4, report.Pairs[0].Wilcoxon!.WPlus);
    }

    [Fact]
    public void Three_models_are_ranked_best_first()
    {
        var matrix = Scores.Random(3, 50, 2.5, 8);
        var report = ModelComparison.Of(matrix);
        Assert.Equal(3, report.Pairs.Count);
        Assert.Equal(report.Models.OrderBy(m => m.AverageRank).Select(m => m.Model), ["model 2", "model 1", "model 0"]);
        Assert.Equal(6, report.Models.Sum(m => m.AverageRank!.Value), 1e-9);
        Assert.Equal(
            MultipleComparisons.Holm(report.Pairs.Select(pair => pair.Wilcoxon!.P).ToArray()),
            report.Pairs.Select(pair => pair.AdjustedP!.Value)
        );
        Assert.Contains("model 2 ranks first", report.Verdict, StringComparison.Ordinal);
        Assert.Empty(report.Several!.Groups);
    }

    [Fact]
    public void Prompts_are_drawn_once_for_all_models()
    {
        var matrix = Scores.Random(3, 25, 1, 8);
        var three = ModelComparison.Of(matrix);
        var two = ModelComparison.Of(Scores.Of(matrix.Scores(0), matrix.Scores(1)));
        Assert.Equal(two.Pairs[0].Difference, three.Pairs[0].Difference);

        // The resampled mean of the differences is the difference of the resampled means.
        var means = Bootstrap.Means([matrix.Scores(0), matrix.Scores(1)], 500, 1);
        var differences = Bootstrap.Means([PairedDifferences.Of(matrix.Scores(0), matrix.Scores(1))], 500, 1)[0];
        Assert.All(Enumerable.Range(0, 500), i => Assert.Equal(differences[i], means[1][i] - means[0][i], 1e-9));
    }

    [Fact]
    public void Twins_share_a_group_and_have_p_1()
    {
        var matrix = Scores.Random(2, 40, 4, 6);
        var report = ModelComparison.Of(Scores.Of(matrix.Scores(0), matrix.Scores(1), matrix.Scores(1)));
        Assert.Equal(["model 1", "model 2"], Assert.Single(report.Several!.Groups).Order(StringComparer.Ordinal));
        Assert.Equal(1, report.Pairs[2].AdjustedP);
    }

    [Fact]
    public void Many_models_are_compared_with_one()
    {
        var matrix = Scores.Random(51, 20, 0.1, 2);
        Assert.Contains(
            "--against",
            Assert.Throws<UsageException>(() => ModelComparison.Of(matrix)).Message,
            StringComparison.Ordinal
        );
        var report = ModelComparison.Of(matrix, new ComparisonOptions { Against = "model 7", Resamples = 200 });
        Assert.Equal(50, report.Pairs.Count);
        Assert.All(report.Pairs, pair => Assert.Equal("model 7", pair.First));
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Assert.Contains(
            "1 prompt(s)",
            Assert.Throws<InputException>(() => ModelComparison.Of(Scores.WithDifferences(1))).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<InputException>(() => ModelComparison.Of(Scores.Of([1, 2, 3])));
        Assert.Contains(
            "prompt 1",
            Assert.Throws<InputException>(() => ModelComparison.Of(Scores.Of([1, 2, 3], [1, double.NaN, 3]))).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<UsageException>(() =>
            ModelComparison.Of(Scores.WithDifferences(1, 2), new ComparisonOptions { Level = 95 })
        );
        Assert.Throws<UsageException>(() =>
            ModelComparison.Of(Scores.WithDifferences(1, 2), new ComparisonOptions { Against = "modell 0" })
        );
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_whatever_the_threads_and_the_culture()
    {
        var culture = CultureInfo.CurrentCulture;
        var matrix = Scores.Random(4, 120, 0.3, 12);
        var two = Scores.Random(2, 120, 0.3, 12);
        try
        {
            var reports = new HashSet<string>(StringComparer.Ordinal);
            foreach (var comma in new[] { ".", "," })
            {
                // The tests run without culture data: a culture is made that writes as German does.
                var made = (CultureInfo)CultureInfo.InvariantCulture.Clone();
                made.NumberFormat.NumberDecimalSeparator = comma;
                made.NumberFormat.PercentDecimalSeparator = comma;
                CultureInfo.CurrentCulture = made;
                foreach (var threads in new[] { 1, 2, 7 })
                {
                    var options = new ComparisonOptions
                    {
                        Seed = 5,
                        Resamples = 1000,
                        Paper = true,
                        Threads = threads,
                    };
                    var report = new[] { ModelComparison.Of(matrix, options), ModelComparison.Of(two, options) };
                    reports.Add(
                        JsonSerializer.Serialize(report.Select(one => one with { Settings = new ComparisonOptions() }))
                    );
                }
            }

            Assert.Single(reports);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        Assert.NotEqual(
            ModelComparison.Of(two, new ComparisonOptions { Seed = 1 }).Pairs[0].Difference.Low,
            ModelComparison.Of(two, new ComparisonOptions { Seed = 2 }).Pairs[0].Difference.Low
        );
    }

    [Fact]
    public void Seeds_and_prompts_share_the_variance()
    {
        var rows = Scores.Random(2, 30, 1, 3);
        var components = new PairComponents(1.5, 12);
        var matrix = rows with
        {
            Rows =
            [
                .. rows.Rows.Select(own =>
                    (IReadOnlyList<PromptScore>)[.. own.Select(row => row with { Components = components })]
                ),
            ],
        };
        var apart = ModelComparison.Of(matrix).Pairs[0].Variance!;
        Assert.Equal(2 * components.VarianceAt(20), apart.Seeds, 1e-12);
        Assert.False(apart.SharedSeeds);
        var shared = matrix
            .Prompts.Select(prompt => new SharedSeedComponents(
                "model 1",
                "model 0",
                prompt,
                20,
                new PairComponents(0.5, 4)
            ))
            .ToArray();
        var together = ModelComparison.Of(matrix, null, shared).Pairs[0].Variance!;
        Assert.Equal(new PairComponents(0.5, 4).VarianceAt(20), together.Seeds, 1e-12);
        Assert.True(together.SharedSeeds);
        Assert.Equal(apart.Total, together.Total);
        Assert.Null(ModelComparison.Of(rows).Pairs[0].Variance);
    }
}
