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
