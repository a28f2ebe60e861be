using System.Text;
using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;
using Semblance.Models.Networks;

namespace Semblance.Models.Tests.Diffusion.Schedulers;

/// <summary>
/// Solvers against a solution in closed form: for data that are normal with deviation s the best denoiser is
/// E[x0 | x] = alpha s^2 x / (alpha^2 s^2 + sigma^2), and the way of x keeps x / sqrt(alpha^2 s^2 + sigma^2) constant.
/// </summary>
public sealed class SchedulerOrderTests
{
    private const double Data = 0.5;

    /// <summary>
    /// Twice the steps must divide the error by about 2 to the order. UniPC's corrector gains one; the third order of
    /// DPM-Solver++ is held at the second by its first step, which is of the first.
    /// </summary>
    [Theory]
    [InlineData("EulerDiscreteScheduler", 1, "", 1)]
    [InlineData("DPMSolverMultistepScheduler", 1, "", 1)]
    [InlineData("DPMSolverMultistepScheduler", 2, "midpoint", 2)]
    [InlineData("DPMSolverMultistepScheduler", 2, "heun", 2)]
    [InlineData("DPMSolverMultistepScheduler", 3, "midpoint", 2)]
    [InlineData("DPMSolverSinglestepScheduler", 2, "midpoint", 2)]
    [InlineData("DPMSolverSinglestepScheduler", 2, "heun", 2)]
    [InlineData("DPMSolverSinglestepScheduler", 3, "heun", 3)]
    [InlineData("DEISMultistepScheduler", 1, "", 1)]
    [InlineData("DEISMultistepScheduler", 2, "", 2)]
    [InlineData("HeunDiscreteScheduler", 2, "", 2)]
    [InlineData("KDPM2DiscreteScheduler", 2, "", 2)]
    [InlineData("UniPCMultistepScheduler", 1, "bh2", 2)]
    [InlineData("UniPCMultistepScheduler", 2, "bh1", 3)]
    [InlineData("UniPCMultistepScheduler", 2, "bh2", 3)]
    [InlineData("UniPCMultistepScheduler", 3, "bh1", 4)]
    [InlineData("UniPCMultistepScheduler", 3, "bh2", 4)]
    public void Error_falls_with_the_order(string kind, int solverOrder, string type, int order)
    {
        var config = new SchedulerConfig
        {
            Kind = SchedulerKinds.OfClass(kind, "test"),
            SolverOrder = solverOrder,
            SolverType = type,
            LowerOrderFinal = false,
            Sigmas = SigmaSpacing.Karras,
            FinalSigmaIsSmallest = true,
            BetaSchedule = BetaSchedule.ScaledLinear,
            BetaStart = 0.00085,
            BetaEnd = 0.012,
        };
        var (coarse, fine) = (Error(config, 40), Error(config, 80));
        Assert.True(coarse / fine > 0.8 * Math.Pow(2, order), $"{coarse} to {fine}: {coarse / fine}");
    }

    public static IEnumerable<TheoryDataRow<string>> Names =>
        SchedulerKinds.Names.Select(name => new TheoryDataRow<string>(name));

    /// <summary>Every name, spacing and offset with few, middling and all steps: refused, or numbers to the end.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void As_many_steps_as_are_allowed_give_numbers(string name)
    {
        List<string> faults = [];
        foreach (var spacing in Enum.GetNames<TimestepSpacing>())
        {
            foreach (var offset in new[] { 0, 1 })
            {
                var json = ConfigJson.Parse(
                    "scheduler_config.json",
                    Encoding.UTF8.GetBytes(
                        $$"""{"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "timestep_spacing": "{{spacing.ToLowerInvariant()}}", "steps_offset": {{offset}}}"""
                    )
                );
                var config = SchedulerKinds.Apply(name, json);
                foreach (
                    var steps in (int[])
                        [1, 2, 3, 7, 20, 33, 250, 333, 334, 499, 500, 501, 666, 667, 750, 998, 999, 1000]
                )
                {
                    if (Ends(config, steps) is { } end && !float.IsFinite(end))
                    {
                        faults.Add($"{spacing} {offset}: {steps}");
                    }
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join("; ", faults));
    }

    /// <summary>One number's way through all steps with predictions that vary; null where so many are refused.</summary>
    private static float? Ends(SchedulerConfig config, int steps)
    {
        Scheduler scheduler;
        try
        {
            scheduler = config.Create(steps, NoiseGenerator.Create(NoiseKind.Cpu, 0));
        }
        catch (UsageException refused)
        {
            Assert.Contains($"{steps} steps", refused.Message, StringComparison.Ordinal);
            return null;
        }

        float[] x = [0.7f * scheduler.InitialNoiseSigma];
        for (var step = 0; step < scheduler.Timesteps.Count; step++)
        {
            scheduler.Step([MathF.Sin(step)], x);
        }

        return x[0];
    }

    private static double Error(SchedulerConfig config, int steps)
    {
        var scheduler = config.Create(steps, NoiseGenerator.Create(NoiseKind.Cpu, 0));
        // Growing latents keep alpha = 1.
        var exploding = scheduler is SigmaScheduler;
        double Spread(float sigma)
        {
            var level = NoiseLevel.Of(sigma);
            var scale = exploding ? level.Alpha : 1;
            return Math.Sqrt((level.Alpha * level.Alpha * Data * Data) + (level.Sigma * level.Sigma)) / scale;
        }

        float[] x = [(float)Spread(scheduler.Sigmas[0])];
        var seen = new float[1];
        for (var step = 0; step < scheduler.Timesteps.Count; step++)
        {
            scheduler.ScaleInput(x, seen);
            var level = NoiseLevel.Of(scheduler.Sigmas[step]);
            var variance = (level.Alpha * level.Alpha * Data * Data) + (level.Sigma * level.Sigma);
            // Of the noise, E[noise | x] = sigma x / variance.
            scheduler.Step([(float)(level.Sigma * seen[0] / variance)], x);
        }

        return Math.Abs((x[0] / Spread(scheduler.Sigmas[^1])) - 1);
    }
}
