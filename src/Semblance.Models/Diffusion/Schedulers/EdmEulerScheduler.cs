namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// Euler's method for a network that was trained as EDM (Karras et al., 2022): inputs and outputs are scaled around it, and
/// it is told ln(sigma) / 4 in place of a timestep. EDMEulerScheduler of diffusers.
/// </summary>
internal sealed class EdmEulerScheduler : EulerScheduler
{
    public EdmEulerScheduler(SchedulerConfig config, int steps)
        : base(config, EdmScaling.Grid(config, steps))
    {
        InitialNoiseSigma = EdmScaling.InitialNoise(config);
    }

    public static new SchedulerKind Kind { get; } =
        new("EDMEulerScheduler", "EDM Euler", static (config, steps, _) => new EdmEulerScheduler(config, steps))
        {
            Names = EulerScheduler.Kind.Names,
            Family = SchedulerFamily.Edm,
            Keys = [],
            Check = EdmScaling.RefuseClean,
        };

    /// <inheritdoc/>
    public override void ScaleInput(ReadOnlySpan<float> latents, Span<float> scaled) =>
        EdmScaling.ScaleInput(Config, Sigmas[Index], latents, scaled);

    /// <inheritdoc/>
    protected override (float OfLatent, float OfPrediction) CleanFactors()
    {
        var (ofLatent, ofPrediction) = EdmScaling.CleanFactors(Config, Sigmas[Index]);
        return ((float)ofLatent, (float)ofPrediction);
    }
}
