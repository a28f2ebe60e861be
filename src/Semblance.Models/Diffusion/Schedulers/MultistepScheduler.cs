namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>A solver that keeps latents of unit variance and draws on what the network said at earlier steps.</summary>
internal abstract class MultistepScheduler : Scheduler
{
    protected MultistepScheduler(SchedulerConfig config, SigmaGrid grid)
        : base(config)
    {
        (Timesteps, Sigmas) = (grid.Timesteps, grid.Sigmas);
    }

    /// <summary>What is integrated, the clean latents or the noise, of this and of earlier steps, the newest first, as many as the order asks for.</summary>
    protected List<float[]> Outputs { get; } = [];

    /// <summary>Whether the step has no length: spread sigmas end at the smallest, which may be the final sigma too.</summary>
    protected bool IsStill => Sigmas[Index] == Sigmas[Index + 1];

    /// <summary>The noise before a step.</summary>
    protected virtual NoiseLevel Level(int step) => NoiseLevel.Of(Sigmas[step]);

    /// <summary>The factors of what the prediction says of the clean latent.</summary>
    protected virtual (double OfLatent, double OfPrediction) CleanFactors()
    {
        var at = Level(Index);
        return CleanLatent.OfPreserving(Config.Prediction, at.Alpha, at.Sigma);
    }

    /// <summary>What the prediction says of the clean latent.</summary>
    protected float[] CleanOf(ReadOnlySpan<float> prediction, ReadOnlySpan<float> latents)
    {
        var (ofLatent, ofPrediction) = CleanFactors();
        var clean = new float[latents.Length];
        for (var i = 0; i < clean.Length; i++)
        {
            clean[i] = (float)((ofLatent * latents[i]) + (ofPrediction * prediction[i]));
        }

        return clean;
    }

    /// <summary>What the prediction says of the noise.</summary>
    protected float[] NoiseOf(ReadOnlySpan<float> prediction, ReadOnlySpan<float> latents)
    {
        if (Config.Prediction == PredictionType.Epsilon)
        {
            return prediction.ToArray();
        }

        var at = Level(Index);
        var (ofLatent, ofPrediction) = CleanFactors();
        var noise = new float[latents.Length];
        for (var i = 0; i < noise.Length; i++)
        {
            var clean = (ofLatent * latents[i]) + (ofPrediction * prediction[i]);
            noise[i] = (float)((latents[i] - (at.Alpha * clean)) / at.Sigma);
        }

        return noise;
    }

    protected void Remember(float[] output)
    {
        Outputs.Insert(0, output);
        if (Outputs.Count > Config.SolverOrder)
        {
            Outputs.RemoveAt(Outputs.Count - 1);
        }
    }

    /// <summary>
    /// The order of a step: full order is reached step by step at the start, and lowered at the end of few steps where the
    /// configuration says so.
    /// </summary>
    /// <param name="lastIsFirst">Whether the last step is of first order in any case.</param>
    protected int OrderOf(bool lastIsFirst)
    {
        // Below this many steps the solver is not stable to its end with full order.
        var few = Config.LowerOrderFinal != false && Timesteps.Count < 15;
        var last = Index == Timesteps.Count - 1;
        if ((last && (lastIsFirst || few)) || IsStill)
        {
            return 1;
        }

        var reached = Math.Min(Config.SolverOrder, Index + 1);
        return Index == Timesteps.Count - 2 && few ? Math.Min(reached, 2) : reached;
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
