using Semblance.Models.Diffusion.Noise;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Tests.Diffusion.Schedulers;

/// <summary>
/// The sums of absolute values at the end of whole ways that the tests of diffusers state
/// (tests/schedulers/test_scheduler_*.py): 768 numbers, the network t / (t + 1) x, ten steps unless said.
/// </summary>
public sealed class WholeWayTests
{
    private const int Batch = 4;
    private const int Pixels = 3 * 8 * 8;

    private static readonly SchedulerConfig _linear = new() { Kind = EulerScheduler.Kind, TrainingSteps = 1100 };

    private static readonly SchedulerConfig _distilled = new()
    {
        Kind = LcmScheduler.Kind,
        BetaStart = 0.00085,
        BetaEnd = 0.012,
        BetaSchedule = BetaSchedule.ScaledLinear,
        Eta = 0,
    };

    /// <summary>There the latents that the network sees take the place of the latents themselves.</summary>
    [Theory]
    [InlineData("EulerDiscreteScheduler", "Epsilon", false, 10.0807)]
    [InlineData("EulerDiscreteScheduler", "Epsilon", true, 124.523)]
    [InlineData("HeunDiscreteScheduler", "Epsilon", false, 0.1233)]
    [InlineData("HeunDiscreteScheduler", "VPrediction", false, 4.7e-7)]
    [InlineData("HeunDiscreteScheduler", "Epsilon", true, 0.00015)]
    [InlineData("KDPM2DiscreteScheduler", "Epsilon", false, 20.4125)]
    [InlineData("KDPM2DiscreteScheduler", "VPrediction", false, 4.7e-7)]
    [InlineData("LMSDiscreteScheduler", "Epsilon", false, 1006.388)]
    [InlineData("LMSDiscreteScheduler", "VPrediction", false, 0.0017)]
    [InlineData("LMSDiscreteScheduler", "Epsilon", true, 3812.9927)]
    public void Of_growing_latents(string className, string prediction, bool karras, double sum)
    {
        var config = _linear with
        {
            Kind = SchedulerKinds.OfClass(className, "test"),
            Prediction = Enum.Parse<PredictionType>(prediction),
            Sigmas = karras ? SigmaSpacing.Karras : SigmaSpacing.Timesteps,
        };
        Assert.Equal(sum, Sum(config, 10, replaced: true), 0.01);
    }

    [Theory]
    [InlineData("DPMSolverSinglestepScheduler", "Epsilon", 0.2791)]
    [InlineData("DPMSolverSinglestepScheduler", "VPrediction", 0.1453)]
    [InlineData("DEISMultistepScheduler", "Epsilon", 0.23916)]
    [InlineData("DEISMultistepScheduler", "VPrediction", 0.091)]
    public void Of_latents_of_unit_variance(string className, string prediction, double mean)
    {
        var config = _linear with
        {
            Kind = SchedulerKinds.OfClass(className, "test"),
            TrainingSteps = 1000,
            FinalSigmaIsSmallest = true,
            Prediction = Enum.Parse<PredictionType>(prediction),
        };
        Assert.Equal(mean, Sum(config, 10) / 768, 1e-3);
    }

    [Theory]
    [InlineData("LCMScheduler", 1, 18.7097)]
    [InlineData("LCMScheduler", 10, 197.7616)]
    [InlineData("TCDScheduler", 1, 29.8715)]
    [InlineData("TCDScheduler", 10, 181.2040)]
    public void Of_distilled_networks(string className, int steps, double sum) =>
        Assert.Equal(sum, Sum(_distilled with { Kind = SchedulerKinds.OfClass(className, "test") }, steps), 0.01);

    [Fact]
    public void Of_EDM() =>
        Assert.Equal(
            34.1855,
            Sum(
                new SchedulerConfig
                {
                    Kind = EdmEulerScheduler.Kind,
                    TrainingSteps = 256,
                    Sigmas = SigmaSpacing.Karras,
                },
                10
            ),
            1e-3
        );

    private static double Sum(SchedulerConfig config, int steps, bool replaced = false)
    {
        var scheduler = config.Create(steps, NoiseGenerator.Create(NoiseKind.Cpu, 0));
        // [4, 3, 8, 8], of which the batch runs fastest.
        float[] latents =
        [
            .. Enumerable
                .Range(0, Batch * Pixels)
                .Select(i => (i % Pixels * Batch) + (i / Pixels))
                .Select(number => number / 768f * scheduler.InitialNoiseSigma),
        ];
        foreach (var t in scheduler.Timesteps)
        {
            var seen = new float[latents.Length];
            scheduler.ScaleInput(latents, seen);
            if (replaced)
            {
                seen.CopyTo(latents, 0);
            }

            scheduler.Step([.. seen.Select(x => x * t / (t + 1))], latents);
        }

        return latents.Sum(x => Math.Abs((double)x));
    }
}
