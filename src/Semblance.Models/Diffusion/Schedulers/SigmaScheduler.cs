namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>A scheduler that keeps latents as x0 + sigma noise, whose deviation grows with the noise (Karras et al., 2022).</summary>
internal abstract class SigmaScheduler : Scheduler
{
    protected SigmaScheduler(SchedulerConfig config, SigmaGrid grid)
        : base(config)
    {
        (Timesteps, Sigmas) = (grid.Timesteps, grid.Sigmas);
        // Leading spacing starts where signal is left.
        var largest = grid.Sigmas.Max();
        InitialNoiseSigma = config.Spacing == TimestepSpacing.Leading ? MathF.Sqrt((largest * largest) + 1f) : largest;
    }

    /// <summary>The network sees latents of unit variance: x / sqrt(sigma^2 + 1).</summary>
    public override void ScaleInput(ReadOnlySpan<float> latents, Span<float> scaled)
    {
        var sigma = Sigmas[Index];
        var root = MathF.Sqrt((sigma * sigma) + 1f);
        for (var i = 0; i < latents.Length; i++)
        {
            scaled[i] = latents[i] / root;
        }
    }

    /// <summary>The factors of what the prediction says of the clean latent.</summary>
    protected virtual (float OfLatent, float OfPrediction) CleanFactors() =>
        CleanLatent.OfExploding(Config.Prediction, Sigmas[Index]);

    /// <summary>dx/dsigma where the network was asked: (x - x0) / sigma.</summary>
    protected float[] Derivative(ReadOnlySpan<float> prediction, ReadOnlySpan<float> latents)
    {
        var sigma = Sigmas[Index];
        var (ofLatent, ofPrediction) = CleanFactors();
        var range =
            Config.Clip == true && Config.Kind.Keys.Contains("clip_sample") ? Config.ClipRange : float.PositiveInfinity;
        var derivative = new float[latents.Length];
        for (var i = 0; i < derivative.Length; i++)
        {
            var clean = Math.Clamp((ofLatent * latents[i]) + (ofPrediction * prediction[i]), -range, range);
            derivative[i] = (latents[i] - clean) / sigma;
        }

        return derivative;
    }
}
