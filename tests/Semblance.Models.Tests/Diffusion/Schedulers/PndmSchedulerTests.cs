using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Tests.Diffusion.Schedulers;

/// <summary>
/// PNDM has no fixture of its own. It is held to the figures that the tests of diffusers state for whole ways of ten
/// steps, to DDIM where the two must agree, and to a start worked by hand.
/// </summary>
public sealed class PndmSchedulerTests
{
    /// <summary>diffusers' tests/schedulers/test_scheduler_pndm.py: the sum of all absolute values at the end.</summary>
    [Theory]
    [InlineData("Epsilon", false, 0.0001, 198.1318)]
    [InlineData("VPrediction", false, 0.0001, 67.3986)]
    [InlineData("Epsilon", true, 0.01, 230.0399)]
    [InlineData("Epsilon", false, 0.01, 186.9482)]
    public void Whole_ways_end_where_those_of_diffusers_do(
        string predicts,
        bool alphaToOne,
        double betaStart,
        double sum
    )
    {
        var scheduler = Create(
            new SchedulerConfig
            {
                Kind = PndmScheduler.Kind,
                Prediction = Enum.Parse<PredictionType>(predicts),
                AlphaToOne = alphaToOne,
                BetaStart = betaStart,
            },
            10
        );
        float[] latents = [.. Enumerable.Range(0, 768).Select(i => i / 768f)];
        foreach (var t in scheduler.Timesteps)
        {
            scheduler.Step([.. latents.Select(x => x * t / (t + 1))], latents);
        }

        Assert.Equal(sum, latents.Sum(x => Math.Abs((double)x)), 0.01);
    }

    /// <summary>The same file's test_steps_offset.</summary>
    [Fact]
    public void Runge_and_Kutta_ask_four_times_for_each_of_three_steps() =>
        Assert.Equal(
            [901, 851, 851, 801, 801, 751, 751, 701, 701, 651, 651, 601, 601, 501, 401, 301, 201, 101, 1],
            Create(new SchedulerConfig { Kind = PndmScheduler.Kind, StepsOffset = 1 }, 10).Timesteps.Select(t => (int)t)
        );

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(2, new[] { 501, 1, 1 })]
    [InlineData(5, new[] { 801, 601, 601, 401, 201, 1 })]
    public void Stable_Diffusion_s_config_asks_twice_at_the_second_point(int steps, int[] timesteps) =>
        Assert.Equal(timesteps, Create(StableDiffusion, steps).Timesteps.Select(t => (int)t));

    /// <summary>All its coefficients sum to 1, so with one prediction throughout only the transfer is left, which is DDIM's.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(7, true)]
    [InlineData(50, true)]
    [InlineData(4, false)]
    [InlineData(20, false)]
    public void A_prediction_that_never_changes_gives_what_DDIM_gives(int steps, bool skip)
    {
        var config = StableDiffusion with { SkipRungeKutta = skip };
        var expected = End(config with { Kind = DdimScheduler.Kind, Clip = false }, steps);
        Assert.Equal(expected, End(config, steps), 1e-5);
    }

    /// <summary>
    /// By hand: a trial, Heun's step with the mean of both predictions, then the weights of Adams and Bashforth of the
    /// second, third and fourth order (Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, III.1).
    /// </summary>
    [Fact]
    public void Five_steps_worked_by_hand()
    {
        var scheduler = Create(StableDiffusion, 5);
        var signal = NoiseLevels.Of(StableDiffusion).AlphasCumprod;
        double Move(double x, double noise, int from, int to)
        {
            var (a, b) = ((double)signal[from], (double)signal[Math.Max(to, 0)]);
            // Equation 9 in the form of DDIM: to the clean latent and back to the next noise.
            var clean = (x - (Math.Sqrt(1 - a) * noise)) / Math.Sqrt(a);
            return (Math.Sqrt(b) * clean) + (Math.Sqrt(1 - b) * noise);
        }

        float[] x = [0.9f];
        void Step(double prediction, double expected)
        {
            scheduler.Step([(float)prediction], x);
            Assert.Equal(expected, x[0], 2e-6);
        }

        Step(0.5, Move(0.9, 0.5, 801, 601));
        var at601 = Move(0.9, (0.5 + 0.1) / 2, 801, 601);
        Step(0.1, at601);
        var at401 = Move(at601, ((3 * -0.2) - 0.5) / 2, 601, 401);
        Step(-0.2, at401);
        var at201 = Move(at401, ((23 * 0.7) - (16 * -0.2) + (5 * 0.5)) / 12, 401, 201);
        Step(0.7, at201);
        var at1 = Move(at201, ((55 * -0.4) - (59 * 0.7) + (37 * -0.2) - (9 * 0.5)) / 24, 201, 1);
        Step(-0.4, at1);
        Step(0.3, Move(at1, ((55 * 0.3) - (59 * -0.4) + (37 * 0.7) - (9 * -0.2)) / 24, 1, -199));
    }

    [Fact]
    public void Too_few_steps_and_predictions_of_the_clean_latent_are_refused()
    {
        var few = Assert.Throws<UsageException>(() => Create(StableDiffusion with { SkipRungeKutta = false }, 3));
        Assert.Contains("3 steps", few.Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => Create(StableDiffusion with { Prediction = PredictionType.Sample }, 5));
        Assert.Throws<UsageException>(() => Create(StableDiffusion, 1000));
    }

    /// <summary>Of runwayml/stable-diffusion-v1-5.</summary>
    private static SchedulerConfig StableDiffusion { get; } =
        new()
        {
            Kind = PndmScheduler.Kind,
            BetaStart = 0.00085,
            BetaEnd = 0.012,
            BetaSchedule = BetaSchedule.ScaledLinear,
            StepsOffset = 1,
            AlphaToOne = false,
            SkipRungeKutta = true,
        };

    private static double End(SchedulerConfig config, int steps)
    {
        var scheduler = Create(config, steps);
        float[] x = [0.8f];
        foreach (var _ in scheduler.Timesteps)
        {
            scheduler.Step([0.3f], x);
        }

        return x[0];
    }

    private static Scheduler Create(SchedulerConfig config, int steps) =>
        config.Create(steps, NoiseGenerator.Create(NoiseKind.Cpu, 0));
}
