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
}
