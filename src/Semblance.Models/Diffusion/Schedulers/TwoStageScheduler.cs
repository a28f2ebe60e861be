namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// A scheduler of the second order that asks the network twice a step: where the step begins, and at a trial point, from
/// which the step is made again. The last step, to no noise, is Euler's. Timesteps and sigmas alternate between the two.
/// </summary>
internal abstract class TwoStageScheduler : SigmaScheduler
{
    /// <summary>Puts the trial points between the steps.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="grid">One level per step, and the last.</param>
    /// <param name="trials">Of each step but the last, its trial point.</param>
    protected TwoStageScheduler(SchedulerConfig config, SigmaGrid grid, SigmaGrid trials)
        : base(
            config,
            new SigmaGrid(
                [.. Alternate(grid.Timesteps, trials.Timesteps)],
                [.. Alternate(grid.Sigmas[..^1], trials.Sigmas), grid.Sigmas[^1]]
            )
        ) { }

    /// <summary>The latents where the step began.</summary>
    protected float[] Start { get; private set; } = [];

    /// <summary>Trial points of a grid: of the sigmas that are given, at the timesteps where these lie.</summary>
    protected static SigmaGrid Trials(SchedulerConfig config, IEnumerable<float> sigmas)
    {
        var trained = NoiseLevels.Of(config).Sigmas();
        float[] levels = [.. sigmas];
        return new SigmaGrid([.. levels.Select(sigma => (float)SigmaGrid.TimestepOf(sigma, trained))], levels);
    }

    /// <summary>The trial points halfway between the steps on the scale of the logarithm.</summary>
    protected static SigmaGrid Middles(SchedulerConfig config, SigmaGrid grid) =>
        Trials(
            config,
            grid.Sigmas[..^2].Zip(grid.Sigmas[1..^1], (from, to) => MathF.Exp((MathF.Log(from) + MathF.Log(to)) / 2))
        );

    /// <inheritdoc/>
    protected sealed override void Move(ReadOnlySpan<float> prediction, Span<float> latents)
    {
        var derivative = Derivative(prediction, latents);
        if (Index % 2 == 1)
        {
            Finish(derivative, latents);
            return;
        }

        Start = latents.ToArray();
        Try(derivative, latents);
    }

    /// <summary>From where the step begins to the trial point, or to the end of the last step.</summary>
    protected virtual void Try(float[] derivative, Span<float> latents) =>
        Advance(latents, derivative, Sigmas[Index + 1] - Sigmas[Index]);

    /// <summary>From where the step began to its end, once the derivative at the trial point is known.</summary>
    protected abstract void Finish(float[] derivative, Span<float> latents);

    /// <summary>From where the step began along a derivative.</summary>
    protected void Advance(Span<float> latents, ReadOnlySpan<float> derivative, float step)
    {
        for (var i = 0; i < latents.Length; i++)
        {
            latents[i] = Start[i] + (derivative[i] * step);
        }
    }

    private static IEnumerable<float> Alternate(float[] steps, float[] trials) =>
        steps.SelectMany((step, i) => i < trials.Length ? new[] { step, trials[i] } : [step]);
}
