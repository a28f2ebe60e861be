using Semblance.Planning;
using Semblance.Statistics;
using Semblance.Tests.Statistics;
using Semblance.Variance;

namespace Semblance.Tests.Planning;

public sealed class StudyPlannerTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => Golden.Cases("planner_half_width");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Golden_half_widths(string name) =>
        Golden.Check(
            "planner_half_width",
            name,
            input =>
            {
                var a = new PairComponents(input.Number("zeta1_a"), input.Number("zeta2_a"));
                var b = new PairComponents(input.Number("zeta1_b"), input.Number("zeta2_b"));
                var (prompts, seeds) = (input.Whole("prompts"), input.Whole("seeds"));
                var spread = input.Number("sd_true_difference");
                var variance = new StudyVariance(spread * spread, a + b, 2);
                var options = new PlanOptions
                {
                    Prompts = [prompts],
                    Seeds = [seeds],
                    Level = input.Number("level"),
                };
                return new()
                {
                    ["seed_variance_a"] = a.VarianceAt(seeds),
                    ["seed_variance_b"] = b.VarianceAt(seeds),
                    ["variance_difference"] = variance.PerPrompt(seeds),
                    ["half_width"] = variance.HalfWidth(prompts, seeds, input.Number("level")),
                    ["images"] = StudyPlanner.Plan(variance, options).Table[0].Images,
                };
            }
        );

    private static readonly StudyVariance Typical = new(4, new PairComponents(4.5, 60), 2);

    [Fact]
    public void The_cheapest_design_is_the_cheapest_of_all_that_suffice()
    {
        var options = new PlanOptions
        {
            HalfWidth = 1,
            CostPerPrompt = 7,
            MostSeeds = 40,
            MostPrompts = 400,
        };
        var cheapest = StudyPlanner.Plan(Typical, options).Cheapest!;
        var best = double.PositiveInfinity;
        for (var prompts = 2; prompts <= 400; prompts++)
        {
            for (var seeds = 2; seeds <= 40; seeds++)
            {
                if (Typical.HalfWidth(prompts, seeds) <= 1)
                {
                    best = Math.Min(best, prompts * ((2 * seeds) + 7));
                }
            }
        }

        Assert.Equal(best, cheapest.Cost);
        Assert.True(cheapest.HalfWidth <= 1);
    }

    [Fact]
    public void Seeds_alone_matter_where_prompts_do_not_differ()
    {
        var plan = StudyPlanner.Plan(
            new StudyVariance(0, new PairComponents(0, 50), 1) { PilotPrompts = 20, PilotSeeds = 5 },
            new PlanOptions { MostSeeds = 30 }
        );
        Assert.Null(plan.BestSeeds);
        Assert.Equal("seeds", plan.SpendOn);
        Assert.Contains("no number of seeds is best", plan.Advice, StringComparison.Ordinal);
        Assert.EndsWith("The pilot has 5: spend on seeds first.", plan.Advice, StringComparison.Ordinal);
        Assert.DoesNotContain("30 seeds", plan.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void With_prompts_alike_fewer_prompts_of_more_seeds_are_never_less_precise_for_the_same_images()
    {
        // What the advice says of a plan without spread over prompts.
        foreach (var components in new PairComponents[] { new(0, 50), new(3, 50), new(3, 6) })
        {
            var variance = new StudyVariance(0, components, 1);
            double Mean(int seeds) => variance.PerPrompt(seeds) / (120.0 / seeds);
            Assert.All(new[] { 3, 4, 6, 10, 20, 40 }, seeds => Assert.True(Mean(seeds) <= Mean(seeds - 1) + 1e-12));
        }
    }

    [Fact]
    public void No_fewer_than_two_seeds_are_spoken_of_and_nothing_is_bought_where_nothing_varies()
    {
        var stated = StudyPlanner.Plan(
            new StudyVariance(6, new PairComponents(1, 2), 1),
            new PlanOptions { HalfWidth = 1 }
        );
        Assert.Equal(2, stated.Cheapest!.Seeds);
        Assert.EndsWith(
            "Two seeds are the fewest that make a score, and from there on prompts are the cheaper way.",
            stated.Advice,
            StringComparison.Ordinal
        );
        foreach (var seeds in (int?[])[null, 4])
        {
            var constant = StudyPlanner.Plan(
                new StudyVariance(0, new PairComponents(0, 0), 1) { PilotPrompts = seeds, PilotSeeds = seeds }
            );
            Assert.Equal("neither", constant.SpendOn);
            Assert.StartsWith("Nothing varies here", constant.Advice, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Advice_does_not_contradict_the_cheapest_design()
    {
        // No spread over prompts, which makes seeds best without end, but Student's quantile wants some prompts.
        var plan = StudyPlanner.Plan(
            new StudyVariance(0, new PairComponents(2, 40), 1) { PilotPrompts = 20, PilotSeeds = 40 },
            new PlanOptions { HalfWidth = 0.5 }
        );
        Assert.True(plan.Cheapest!.Seeds < 40);
        Assert.Equal("prompts", plan.SpendOn);
        Assert.EndsWith(
            "The pilot has 40: spend on more prompts, not on more seeds.",
            plan.Advice,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("200", plan.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_part_from_seeds_beside_advice_to_buy_prompts_is_explained()
    {
        // 80% from seeds, and still no more of them: what more prompts buy is more.
        var plan = StudyPlanner.Plan(
            new StudyVariance(1, new PairComponents(19, 38.5), 1) { PilotPrompts = 20, PilotSeeds = 20 }
        );
        Assert.Equal("prompts", plan.SpendOn);
        Assert.Equal(
            "With 20 seeds per prompt, 79% of the variance of a prompt's score comes from seeds: more seeds lessen that part, more prompts all of it. Two seeds are the fewest that make a score, and from there on prompts are the cheaper way. The pilot has 20: spend on more prompts, not on more seeds.",
            plan.Advice
        );
    }

    [Fact]
    public void A_best_number_beyond_what_is_tried_is_not_called_best()
    {
        var plan = StudyPlanner.Plan(
            new StudyVariance(0.001, new PairComponents(0, 400), 1) { PilotPrompts = 20, PilotSeeds = 5 }
        );
        Assert.Equal(200, plan.BestSeeds);
        Assert.Contains(
            "up to 200 per prompt or more (no more were tried). The pilot has 5: spend on seeds first.",
            plan.Advice,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(-1.5, 20)]
    [InlineData(1.5, -20)]
    public void Stated_components_below_0_are_refused(double zeta1, double zeta2)
    {
        var fault = Assert.Throws<UsageException>(() =>
            StudyPlanner.Plan(new StudyVariance(4, new PairComponents(zeta1, zeta2), 1))
        );
        Assert.Contains("zeta1 and zeta2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Components_that_no_similarity_has_are_pointed_out()
    {
        var plan = StudyPlanner.Plan(new StudyVariance(4, new PairComponents(30, 10), 1));
        Assert.Contains(plan.Warnings, warning => warning.Contains("below twice zeta1", StringComparison.Ordinal));
    }

    [Fact]
    public void Prompts_alone_matter_where_seeds_add_nothing()
    {
        var plan = StudyPlanner.Plan(
            new StudyVariance(9, new PairComponents(0, 0), 1) { PilotPrompts = 20, PilotSeeds = 5 }
        );
        Assert.Equal(2, plan.BestSeeds);
        Assert.Equal("prompts", plan.SpendOn);
    }

    [Fact]
    public void A_plan_that_cannot_be_reached_says_so()
    {
        var plan = StudyPlanner.Plan(Typical, new PlanOptions { HalfWidth = 1e-6, MostPrompts = 1000 });
        Assert.Null(plan.Cheapest);
        Assert.Contains(plan.Warnings, warning => warning.StartsWith("No design", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_outside_their_range_are_refused()
    {
        Assert.Throws<UsageException>(() => StudyPlanner.Plan(Typical, new PlanOptions { HalfWidth = 0 }));
        Assert.Throws<UsageException>(() => StudyPlanner.Plan(Typical, new PlanOptions { Seeds = [1] }));
        Assert.Throws<UsageException>(() => StudyPlanner.Plan(Typical, new PlanOptions { CostPerImage = -1 }));
    }

    [Fact]
    public void Power_is_that_of_the_t_test_and_the_cheapest_design_reaches_it()
    {
        var options = new PlanOptions
        {
            Prompts = [30],
            Seeds = [10],
            Effect = -1.2,
            Goal = PlanGoal.Mean,
            CostPerPrompt = 3,
            MostPrompts = 2000,
        };
        var plan = StudyPlanner.Plan(Typical, options);
        var effect = 1.2 / Math.Sqrt(Typical.PerPrompt(10));
        Assert.Equal(Power.OfTTest(effect, 30, 0.05, Alternative.TwoSided), plan.Table[0].Power!.Value, 1e-9);
        var cheapest = plan.Cheapest!;
        Assert.True(cheapest.Power >= 0.8);
        var fewer = StudyPlanner.Plan(
            Typical,
            options with
            {
                Prompts = [cheapest.Prompts - 1],
                Seeds = [cheapest.Seeds],
            }
        );
        Assert.True(fewer.Table[0].Power < 0.8);
        Assert.Contains(
            $"{cheapest.Prompts} prompts with {cheapest.Seeds} seeds",
            plan.Advice,
            StringComparison.Ordinal
        );
    }
}
