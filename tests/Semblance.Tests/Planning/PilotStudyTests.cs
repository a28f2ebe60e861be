using Semblance.Comparison;
using Semblance.Planning;
using Semblance.Statistics;
using Semblance.Tests.Comparison;
using Semblance.Tests.Statistics;
using Semblance.Variance;

namespace Semblance.Tests.Planning;

public sealed class PilotStudyTests
{
    private const int Seeds = 8;

    private static readonly PairComponents One = new(2.25, 8.5);

    private static readonly PairComponents Other = new(1, 20);

    [Fact]
    public void A_model_alone_shows_its_own_components()
    {
        var matrix = Matrix();
        var pilot = PilotStudy.Of(matrix, "model 0");
        var scores = matrix.Scores(0);
        var total = Math.Pow(Descriptive.StandardDeviation((ReadOnlySpan<double>)scores), 2);
        Assert.Equal(One, pilot.Seeds);
        Assert.Equal(total - One.VarianceAt(Seeds), pilot.PromptVariance, 1e-12);
        Assert.Equal((1, 30, Seeds), (pilot.Models, pilot.PilotPrompts, pilot.PilotSeeds));
        Assert.Null(pilot.PilotDifference);

        // At the pilot's own size the plan gives the half width that the pilot has.
        var (low, high) = MeanInterval.Student(scores);
        Assert.Equal((high - low) / 2, pilot.HalfWidth(30, Seeds), 1e-9);
    }

    [Theory]
    [InlineData(-0.75, 30)]
    [InlineData(-0.75, -3)]
    [InlineData(5, 4)]
    public void Estimates_that_cannot_be_are_taken_to_what_can_be(double zeta1, double zeta2)
    {
        var estimated = new PairComponents(zeta1, zeta2);
        var matrix = Matrix();
        matrix = matrix with
        {
            Rows =
            [
                .. matrix.Rows.Select(own =>
                    (IReadOnlyList<PromptScore>)[.. own.Select(row => row with { Components = estimated })]
                ),
            ],
        };
        var pilot = PilotStudy.Of(matrix, "model 0");
        Assert.Equal(estimated, pilot.EstimatedSeeds);
        Assert.Equal(Math.Max(0, zeta1), pilot.Seeds.Zeta1);
        Assert.True(pilot.Seeds.Zeta2 >= 2 * pilot.Seeds.Zeta1);

        // The pilot's own spread is kept, and no number of seeds promises less than the prompts leave.
        var scores = matrix.Scores(0);
        var (low, high) = MeanInterval.Student(scores);
        Assert.Equal((high - low) / 2, pilot.HalfWidth(30, Seeds), 1e-9);
        Assert.All(Enumerable.Range(2, 199), s => Assert.True(pilot.PerPrompt(s) >= pilot.PromptVariance));
        var plan = StudyPlanner.Plan(pilot);
        Assert.Contains(
            plan.Warnings,
            warning => warning.Contains("which happens by chance", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Independent_seeds_add_and_common_ones_have_components_of_their_own()
    {
        var matrix = Matrix();
        var apart = PilotStudy.Of(matrix, "model 0", "model 1");
        Assert.Equal(One + Other, apart.Seeds);
        Assert.Equal(new CommonSeeds(0, 0, 0, 30), apart.CommonSeeds);
        Assert.Equal(matrix.Scores(1).Average() - matrix.Scores(0).Average(), apart.PilotDifference!.Value, 1e-9);
        var shared = matrix
            .Prompts.Select(prompt => new SharedSeedComponents(
                "model 0",
                "model 1",
                prompt,
                Seeds,
                new PairComponents(0.5, 3),
                new PairComponents(0, 0)
            ))
            .ToArray();
        var together = PilotStudy.Of(matrix, "model 0", "model 1", shared);
        Assert.Equal(new PairComponents(0.5, 3), together.Seeds);
        Assert.True(together.CommonSeeds!.Everywhere());
        Assert.Equal(2, together.Models);

        // Prompts without common seeds do not change what the plan is for, and are counted.
        var partly = PilotStudy.Of(matrix, "model 0", "model 1", shared[1..]);
        Assert.Equal(new CommonSeeds(29, 0, 0, 1), partly.CommonSeeds);
        Assert.Equal(new PairComponents(0.5, 3), partly.Seeds);
        var few = PilotStudy.Of(
            matrix,
            "model 0",
            "model 1",
            [shared[0] with { Seeds = 3, Components = null, Covariance = null }, .. shared[1..]]
        );
        Assert.Equal(new CommonSeeds(29, 0, 1, 0), few.CommonSeeds);
        Assert.Equal(partly.EstimatedPromptVariance, few.EstimatedPromptVariance);
    }

    [Fact]
    public void A_prompt_without_components_is_named()
    {
        var rows = Matrix().Rows.Select(own => own.ToArray()).ToArray();
        rows[1][3] = rows[1][3] with { Components = null };
        var matrix = Matrix() with { Rows = rows };
        var fault = Assert.Throws<InputException>(() => PilotStudy.Of(matrix, "model 0", "model 1"));
        Assert.Contains(
            "'model 1' has no variance components on prompt 'prompt 3'",
            fault.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(30, PilotStudy.Of(matrix, "model 0").PilotPrompts);
    }

    [Fact]
    public void More_seeds_narrow_the_interval_as_foretold()
    {
        // Prompts of standard deviation 1, seeds of known components: the sample variance over many prompts.
        var draws = new NormalDraws(6);
        var truth = new StudyVariance(1, new PairComponents(2.25, 8.5), 1);
        foreach (var seeds in new[] { 3, 10 })
        {
            var scores = Enumerable
                .Range(0, 20_000)
                .Select(_ => draws.Next() + (Math.Sqrt(truth.Seeds.VarianceAt(seeds)) * draws.Next()))
                .ToArray();
            var (low, high) = MeanInterval.Student(scores);
            Assert.Equal(1, (high - low) / 2 / truth.HalfWidth(20_000, seeds), 0.03);
        }
    }

    /// <summary>
    /// Worked by hand. Five seeds: zeta1 1 and zeta2 8 give (2 x 3 x 1 + 8) / 10 = 1.4, with 4.6 over prompts 6 per prompt.
    /// Of these 2 / 5 is common to all prompts: 10 prompts have 5.6 / 10 + 0.4 = 0.96, with
    /// 0.96^2 / (0.56^2 / 9 + 0.4^2 / 4) = 0.9216 / 0.0748444 degrees of freedom. In clusters of two that make their variance
    /// 1.5 times as large 0.84 + 0.4, with 1.24^2 / (0.84^2 / 4 + 0.4^2 / 4) = 1.5376 / 0.2164.
    /// </summary>
    [Fact]
    public void Seeds_in_common_and_clusters_enter_the_variance_of_a_plan()
    {
        var plain = new StudyVariance(4.6, new PairComponents(1, 8), 1);
        Assert.Equal(0.6, plain.OfMean(10, 5), 1e-12);
        Assert.Equal(9, plain.Degrees(10, 5));
        var common = plain with { CommonSeedVariance = 2 };
        Assert.Equal(0.96, common.OfMean(10, 5), 1e-12);
        Assert.Equal(0.9216 / (0.3136 / 9 + 0.04), common.Degrees(10, 5), 1e-9);
        var families = common with { PromptsPerCluster = 2, DesignEffect = 1.5 };
        Assert.Equal(1.24, families.OfMean(10, 5), 1e-12);
        Assert.Equal(1.5376 / 0.2164, families.Degrees(10, 5), 1e-9);
        Assert.Equal(4, (families with { CommonSeedVariance = 0 }).Degrees(10, 5));

        // Never more in common than a prompt varies by at all.
        Assert.Equal(6, (plain with { CommonSeedVariance = 1000 }).OfMean(10, 5), 1e-12);
    }

    /// <summary>
    /// Worked by hand: scores 1, 2, 6 of three prompts and three seeds that do (1, -1, 0), (2, -2, 0), (0, -1, 1) have a
    /// covariance of (14/9) (3/2) = 7/3 (<see cref="MeanError.SeedsCommon"/>): three seeds' share, so 7 for one seed.
    /// </summary>
    [Fact]
    public void What_seeds_have_in_common_is_planned_for_each_seed()
    {
        double[] scores = [1, 2, 6];
        double[][] seeds =
        [
            [1, -1, 0],
            [2, -2, 0],
            [0, -1, 1],
        ];
        string[] names = ["7", "8", "9"];
        var matrix = Scores.Of(scores);
        matrix = matrix with
        {
            Rows =
            [
                [
                    .. matrix
                        .Rows[0]
                        .Select(
                            (row, i) =>
                                row with
                                {
                                    Seeds = 3,
                                    Components = new PairComponents(0.5, 2),
                                    Deviations = new SeedDeviations(names, seeds[i]),
                                }
                        ),
                ],
            ],
        };
        var variance = PilotStudy.Of(matrix, matrix.Models[0]);
        Assert.Equal(SeedDesign.Crossed, variance.SeedDesign);
        Assert.Equal(7, variance.CommonSeedVariance, 1e-12);
    }

    private static ScoreMatrix Matrix()
    {
        var matrix = Scores.Random(2, 30, 1, 5);
        return matrix with
        {
            Rows =
            [
                .. matrix.Rows.Select(
                    (own, m) =>
                        (IReadOnlyList<PromptScore>)
                            [.. own.Select(row => row with { Seeds = Seeds, Components = m == 0 ? One : Other })]
                ),
            ],
        };
    }
}
