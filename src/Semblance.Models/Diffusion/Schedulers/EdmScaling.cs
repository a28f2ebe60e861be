using Semblance.Models.Configuration;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>How EDM scales around the network (Karras et al., 2022, table 1).</summary>
internal static class EdmScaling
{
    private const double DefaultMin = 0.002;
    private const double DefaultMax = 80;

    /// <summary>The noise levels, and ln(sigma) / 4, which the network gets in place of timesteps.</summary>
    public static SigmaGrid Grid(SchedulerConfig config, int steps)
    {
        var (low, high) = (config.SigmaMin ?? DefaultMin, config.SigmaMax ?? DefaultMax);
        var levels =
            config.Sigmas == SigmaSpacing.Exponential
                ? SigmaSpread.Exponential(low, high, steps)
                : SigmaSpread.Karras(low, high, steps, config.Rho);
        float[] sigmas = [.. levels.Select(sigma => (float)sigma)];
        return new SigmaGrid(
            [.. sigmas.Select(sigma => 0.25f * MathF.Log(sigma))],
            [.. sigmas, config.FinalSigmaIsSmallest ? sigmas[^1] : 0f]
        );
    }

    /// <summary>Deviation of the first latents.</summary>
    public static float InitialNoise(SchedulerConfig config)
    {
        var largest = config.SigmaMax ?? DefaultMax;
        return (float)Math.Sqrt((largest * largest) + 1);
    }

    /// <summary>c_in: the network sees latents of unit variance.</summary>
    public static void ScaleInput(SchedulerConfig config, double sigma, ReadOnlySpan<float> latents, Span<float> scaled)
    {
        var scale = (float)(1 / Math.Sqrt((sigma * sigma) + (config.SigmaData * config.SigmaData)));
        for (var i = 0; i < latents.Length; i++)
        {
            scaled[i] = latents[i] * scale;
        }
    }

    /// <summary>c_skip and c_out: x0 = c_skip x + c_out prediction.</summary>
    public static (double OfLatent, double OfPrediction) CleanFactors(SchedulerConfig config, double sigma)
    {
        var data = config.SigmaData;
        var variance = (sigma * sigma) + (data * data);
        var ofPrediction = sigma * data / Math.Sqrt(variance);
        return (data * data / variance, config.Prediction == PredictionType.VPrediction ? -ofPrediction : ofPrediction);
    }

    /// <summary>Refuses what EDM has no scaling for.</summary>
    /// <exception cref="InputException">The network predicts the clean latent.</exception>
    public static void RefuseClean(SchedulerConfig config, ConfigJson json)
    {
        if (config.Prediction == PredictionType.Sample)
        {
            throw new InputException(
                $"{json.File}: prediction_type is sample; a model trained as EDM has epsilon or v_prediction."
            );
        }
    }
}
