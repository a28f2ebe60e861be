using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// DPM-Solver++ for a network that was trained as EDM, with alpha 1 at every noise level; EDMDPMSolverMultistepScheduler of
/// diffusers.
/// </summary>
internal sealed class EdmDpmSolverScheduler : DpmSolverScheduler
{
    public EdmDpmSolverScheduler(SchedulerConfig config, int steps, NoiseGenerator noise)
        : base(config, noise, EdmScaling.Grid(config, steps))
    {
        InitialNoiseSigma = EdmScaling.InitialNoise(config);
    }

    public static new SchedulerKind Kind { get; } =
        new(
            "EDMDPMSolverMultistepScheduler",
            "EDM DPM-Solver++",
            static (config, steps, noise) => new EdmDpmSolverScheduler(config, steps, noise)
        )
        {
            Names = MultistepNames,
            Family = SchedulerFamily.Edm,
            Keys = [.. SchedulerKeys.Solver, "euler_at_final"],
            Solver = true,
            Check = static (config, json) =>
            {
                EdmScaling.RefuseClean(config, json);
                SchedulerJson.Require(json, "algorithm_type", "dpmsolver++", "sde-dpmsolver++", "deis");
            },
        };

    /// <inheritdoc/>
    public override void ScaleInput(ReadOnlySpan<float> latents, Span<float> scaled) =>
        EdmScaling.ScaleInput(Config, Sigmas[Index], latents, scaled);

    /// <inheritdoc/>
    protected override NoiseLevel Level(int step) => new(1, Sigmas[step]);

    /// <inheritdoc/>
    protected override (double OfLatent, double OfPrediction) CleanFactors() =>
        EdmScaling.CleanFactors(Config, Sigmas[Index]);
}
