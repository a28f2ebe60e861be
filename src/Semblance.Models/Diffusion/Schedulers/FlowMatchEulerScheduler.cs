namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Euler's method along the straight lines of flow matching, x = (1 - sigma) x0 + sigma noise, of which the network predicts
/// the velocity noise - x0 (Esser et al., 2024); FlowMatchEulerDiscreteScheduler of diffusers with a constant shift.
/// </summary>
internal sealed class FlowMatchEulerScheduler : Scheduler
{
    /// <summary>Lays out the noise levels.</summary>
    public FlowMatchEulerScheduler(SchedulerConfig config, int steps)
        : base(config)
    {
        var training = config.TrainingSteps;
        // As in diffusers the smallest level is shifted twice: when the table is made, and again with the others.
        var (largest, smallest) = (1.0, (double)(float)Shifted(1.0 / training));
        var levels = Enumerable
            .Range(0, steps)
            .Select(i => steps == 1 ? largest : largest + (i * (smallest - largest) / (steps - 1)))
            .Select(level => (float)Shifted(level))
            .ToArray();
        Timesteps = [.. levels.Select(level => level * training)];
        Sigmas = [.. levels, 0f];

        double Shifted(double level) => config.Shift * level / (1 + ((config.Shift - 1) * level));
    }

    public static SchedulerKind Kind { get; } =
        new(
            "FlowMatchEulerDiscreteScheduler",
            "flow-match Euler",
            static (config, steps, _) => new FlowMatchEulerScheduler(config, steps)
        )
        {
            Names = EulerScheduler.Kind.Names,
            Family = SchedulerFamily.Flow,
            Keys =
            [
                "use_dynamic_shifting",
                "time_shift_type",
                "base_shift",
                "max_shift",
                "base_image_seq_len",
                "max_image_seq_len",
                "shift_terminal",
                "invert_sigmas",
                "stochastic_sampling",
                "use_karras_sigmas",
                "use_exponential_sigmas",
                "use_beta_sigmas",
            ],
            Check = static (config, json) =>
            {
                if (config.Sigmas != SigmaSpacing.Timesteps)
                {
                    throw new InputException(
                        $"{json.File} asks for {config.Sigmas} sigmas, which are not supported with flow matching."
                    );
                }
            },
        };

    /// <inheritdoc/>
    protected override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var step = Sigmas[Index + 1] - Sigmas[Index];
        for (var i = 0; i < latents.Length; i++)
        {
            latents[i] += step * prediction[i];
        }
    }
}
