using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Tests.Diffusion.Schedulers;

/// <summary>Steps of one number, worked by hand from the equations of the papers.</summary>
public sealed class StepsByHandTests
{
    // 14.61, 0.0292: those of Stable Diffusion.
    private static readonly SchedulerConfig _config = new()
    {
        Kind = EulerScheduler.Kind,
        BetaStart = 0.00085,
        BetaEnd = 0.012,
        BetaSchedule = BetaSchedule.ScaledLinear,
    };

    [Fact]
    public void Heun_goes_with_the_mean_of_both_ends()
    {
        var (scheduler, sigmas) = Create(HeunScheduler.Kind, 2);
        float[] x = [3];
        scheduler.Step([0.5f], x);
        Assert.Equal(3 + (0.5 * (sigmas[1] - sigmas[0])), x[0], 1e-4);
        // With the prediction of noise the derivative is the prediction.
        scheduler.Step([0.25f], x);
        Assert.Equal(3 + (0.375 * (sigmas[1] - sigmas[0])), x[0], 1e-4);
        var at = x[0];
        scheduler.Step([0.1f], x);
        Assert.Equal(at - (0.1 * sigmas[1]), x[0], 1e-5);
    }

    [Fact]
    public void DPM2_goes_with_the_derivative_in_the_middle()
    {
        var (scheduler, sigmas) = Create(KDpm2Scheduler.Kind, 2);
        float[] x = [3];
        scheduler.Step([0.5f], x);
        var middle = Math.Sqrt((double)sigmas[0] * sigmas[1]);
        Assert.Equal(3 + (0.5 * (middle - sigmas[0])), x[0], 1e-5);
        scheduler.Step([0.25f], x);
        Assert.Equal(3 + (0.25 * (sigmas[1] - sigmas[0])), x[0], 1e-5);
    }

    [Fact]
    public void LMS_integrates_the_polynomial_through_the_derivatives()
    {
        var (scheduler, _) = Create(LmsScheduler.Kind, 3);
        var s = scheduler.Sigmas.Select(sigma => (double)sigma).ToArray();
        float[] x = [3];
        scheduler.Step([0.5f], x);
        var first = 3 + (0.5 * (s[1] - s[0]));
        Assert.Equal(first, x[0], 1e-5);
        scheduler.Step([0.2f], x);
        // The line through both derivatives, at the middle of the step.
        var middle = 0.2 + ((((s[1] + s[2]) / 2) - s[1]) * (0.5 - 0.2) / (s[0] - s[1]));
        var second = first + (middle * (s[2] - s[1]));
        Assert.Equal(second, x[0], 1e-5);
    }

    /// <summary>Both stages of one step with given noise, by k-diffusion's <c>sample_dpmpp_sde</c>, with s = sigma and t = -ln s.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.4)]
    [InlineData(1)]
    public void DPM_SDE_steps_down_and_adds_the_path_of_the_noise(double eta)
    {
        var drawn = new SchedulerFixtureTests.Given([0.7f, -0.3f, 0, 0, 0, 0]);
        var config = _config with { Kind = DpmSolverSdeScheduler.Kind, Eta = eta };
        var scheduler = config.Create(2, drawn);
        var (s0, s1) = ((double)scheduler.Sigmas[0], (double)scheduler.Sigmas[2]);
        var middle = Math.Sqrt(s0 * s1);
        float[] x = [3];
        scheduler.Step([0.5f], x);
        var clean = 3 - (0.5 * s0);
        var (down, up) = Ancestral(s0, middle, eta);
        var trial = (down / s0 * 3) + ((1 - (down / s0)) * clean) + (up * 0.7);
        Assert.Equal(trial, x[0], 1e-5);
        scheduler.Step([0.25f], x);
        clean = trial - (0.25 * middle);
        (down, up) = Ancestral(s0, s1, eta);
        // The Brownian motion from s0 to s1 by way of the middle, in units of its deviation.
        var path = ((0.7 * Math.Sqrt(s0 - middle)) - (0.3 * Math.Sqrt(middle - s1))) / Math.Sqrt(s0 - s1);
        Assert.Equal((down / s0 * 3) + ((1 - (down / s0)) * clean) + (up * path), x[0], 1e-5);
        Assert.Equal(eta == 0 ? 0 : 2, drawn.At);
        var at = x[0];
        scheduler.Step([0.1f], x);
        Assert.Equal(at - (0.1 * s1), x[0], 1e-5);
    }

    [Fact]
    public void Of_the_first_order_the_EDM_solver_is_EDM_Euler()
    {
        var config = new SchedulerConfig
        {
            Kind = EdmEulerScheduler.Kind,
            Sigmas = SigmaSpacing.Karras,
            SolverOrder = 1,
        };
        var euler = config.Create(7, new SchedulerFixtureTests.Silence());
        var solver = (config with { Kind = EdmDpmSolverScheduler.Kind }).Create(7, new SchedulerFixtureTests.Silence());
        Assert.Equal(euler.Timesteps, solver.Timesteps);
        Assert.Equal(euler.InitialNoiseSigma, solver.InitialNoiseSigma);
        var (a, b) = (new[] { 30f, -60f }, new[] { 30f, -60f });
        for (var step = 0; step < 7; step++)
        {
            var (seenA, seenB) = (new float[2], new float[2]);
            euler.ScaleInput(a, seenA);
            solver.ScaleInput(b, seenB);
            euler.Step([.. seenA.Select(MathF.Sin)], a);
            solver.Step([.. seenB.Select(MathF.Sin)], b);
            Assert.All(a.Zip(b), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * 60));
        }
    }

    /// <summary>In one step from noise to no noise, each to the clean latent that the network names.</summary>
    [Theory]
    [InlineData("EulerDiscreteScheduler")]
    [InlineData("EulerAncestralDiscreteScheduler")]
    [InlineData("DPMSolverMultistepScheduler")]
    [InlineData("LCMScheduler")]
    public void One_step_of_a_network_that_predicts_the_clean_latent_gives_it(string className)
    {
        var scheduler = (
            _config with
            {
                Kind = SchedulerKinds.OfClass(className, "test"),
                Prediction = PredictionType.Sample,
                Spacing = TimestepSpacing.Trailing,
            }
        ).Create(1, NoiseGenerator.Create(NoiseKind.Cpu, 0));
        Assert.Equal([999f], scheduler.Timesteps);
        float[] x = [0.3f * scheduler.InitialNoiseSigma];
        scheduler.Step([0.8f], x);
        Assert.Equal(0.8, x[0], 1e-5);
    }

    [Theory]
    [InlineData("EulerDiscreteScheduler")]
    [InlineData("HeunDiscreteScheduler")]
    [InlineData("DPMSolverMultistepScheduler")]
    [InlineData("LCMScheduler")]
    [InlineData("TCDScheduler")]
    public void Timesteps_that_are_listed_are_visited(string className)
    {
        var kind = SchedulerKinds.OfClass(className, "test");
        Assert.True(kind.TakesTimesteps);
        var config = _config with { Kind = kind, Visited = [999, 500, 20] };
        var scheduler = config.Create(3, NoiseGenerator.Create(NoiseKind.Cpu, 0));
        Assert.Equal([999f, 500f, 20f], scheduler.Timesteps.Distinct());
        var trained = NoiseLevels.Of(config).Sigmas();
        Assert.Equal(
            [trained[999], trained[500], trained[20]],
            scheduler.Sigmas.Take(scheduler.Sigmas.Count - 1).Distinct()
        );
    }

    private static (double Down, double Up) Ancestral(double from, double to, double eta)
    {
        var up = Math.Min(to, eta * Math.Sqrt(to * to * ((from * from) - (to * to)) / (from * from)));
        return (Math.Sqrt((to * to) - (up * up)), up);
    }

    /// <summary>A scheduler without noise, and its sigmas without trial points.</summary>
    private static (Scheduler Scheduler, float[] Sigmas) Create(SchedulerKind kind, int steps)
    {
        var scheduler = (_config with { Kind = kind }).Create(steps, new SchedulerFixtureTests.Silence());
        return (scheduler, [.. scheduler.Sigmas.Where((_, i) => i % 2 == 0)]);
    }
}
