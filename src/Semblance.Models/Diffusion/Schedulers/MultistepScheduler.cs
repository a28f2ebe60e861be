namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>A solver that keeps latents of unit variance and draws on the clean latents of earlier steps.</summary>
internal abstract class MultistepScheduler : Scheduler
{
    protected MultistepScheduler(SchedulerConfig config, SigmaGrid grid)
        : base(config)
    {
        (Timesteps, Sigmas) = (grid.Timesteps, grid.Sigmas);
    }

    /// <summary>Those of this and of earlier steps, the newest first, as many as the order asks for.</summary>
    protected List<float[]> Clean { get; } = [];

    /// <summary>Whether the step has no length: Karras sigmas end at the smallest, which may be the final sigma too.</summary>
    protected bool IsStill => Sigmas[Index] == Sigmas[Index + 1];

    /// <summary>The noise before a step.</summary>
    protected NoiseLevel Level(int step) => NoiseLevel.Of(Sigmas[step]);

    /// <summary>What the prediction says of the clean latent.</summary>
    protected float[] CleanOf(ReadOnlySpan<float> prediction, ReadOnlySpan<float> latents)
    {
        var at = Level(Index);
        var (ofLatent, ofPrediction) = CleanLatent.OfPreserving(Config.Prediction, at.Alpha, at.Sigma);
        var clean = new float[latents.Length];
        for (var i = 0; i < clean.Length; i++)
        {
            clean[i] = (float)((ofLatent * latents[i]) + (ofPrediction * prediction[i]));
        }

        return clean;
    }

    protected void Remember(float[] clean)
    {
        Clean.Insert(0, clean);
        if (Clean.Count > Config.SolverOrder)
        {
            Clean.RemoveAt(Clean.Count - 1);
        }
    }

    /// <summary>Whether the configuration asks for a type of the solver.</summary>
    /// <param name="config">The configuration. The types of other solvers stand for the default, as in diffusers.</param>
    /// <param name="type">The type that is not the default.</param>
    /// <param name="known">Both, for the message.</param>
    /// <exception cref="InputException">It asks for one that no solver has.</exception>
    protected static bool Asks(SchedulerConfig config, string type, string known) =>
        config.SolverType is "" or "midpoint" or "heun" or "logrho" or "bh1" or "bh2"
            ? config.SolverType == type
            : throw new InputException(
                $"The scheduler's solver_type is {config.SolverType}, which is not supported; known: {known}."
            );
}
