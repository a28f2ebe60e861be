using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// What scheduler_config.json says, with the defaults of diffusers for what it leaves out. A setting that the file does
/// not have takes the default of the class that is run, not of the class that the file names: so Euler made from
/// Stable Diffusion 1.5's PNDM config visits its timesteps by linspace.
/// </summary>
internal sealed record SchedulerConfig
{
    /// <summary>The class that is run.</summary>
    public required SchedulerKind Kind { get; init; }

    /// <summary>How many noise levels the model was trained on.</summary>
    public int TrainingSteps { get; init; } = 1000;

    /// <summary>Variance of the first training step.</summary>
    public double BetaStart { get; init; } = 0.0001;

    /// <summary>Variance of the last training step.</summary>
    public double BetaEnd { get; init; } = 0.02;

    /// <summary>How the variances run between.</summary>
    public BetaSchedule BetaSchedule { get; init; }

    /// <summary>All variances, where the file lists them.</summary>
    public float[]? TrainedBetas { get; init; }

    public PredictionType Prediction { get; init; }

    /// <summary>Which training steps are visited; null for the default of the class.</summary>
    public TimestepSpacing? Spacing { get; init; }

    /// <summary>Added to the timesteps of leading spacing.</summary>
    public int StepsOffset { get; init; }

    /// <summary>Whether the sigmas are spaced as Karras et al. (2022) do.</summary>
    public bool Karras { get; init; }

    /// <summary>Whether the last sigma is that of the first training step in place of 0.</summary>
    public bool FinalSigmaIsSmallest { get; init; }

    /// <summary>Order of the multistep solvers, 1 to 3.</summary>
    public int SolverOrder { get; init; } = 2;

    /// <summary><c>midpoint</c> or <c>heun</c> for DPM-Solver++, <c>bh1</c> or <c>bh2</c> for UniPC; others stand for the first and the last of them.</summary>
    public string SolverType { get; init; } = "";

    /// <summary>Whether multistep solvers of fewer than 15 steps lower their order at the end.</summary>
    public bool LowerOrderFinal { get; init; } = true;

    /// <summary>Whether the last step of DPM-Solver++ is of first order.</summary>
    public bool EulerAtFinal { get; init; }

    /// <summary>Training steps with a smaller half log signal-to-noise ratio are not visited by multistep solvers.</summary>
    public double SmallestLambda { get; init; } = double.NegativeInfinity;

    /// <summary>DDIM and PNDM: whether no noise is left after the last step; null for the default of the class.</summary>
    public bool? AlphaToOne { get; init; }

    /// <summary>PNDM: whether it starts with one step of Heun's method in place of three of Runge and Kutta's.</summary>
    public bool SkipRungeKutta { get; init; }

    /// <summary>DDIM: clean latents are cut at this; null for never.</summary>
    public float? ClipRange { get; init; } = 1f;

    /// <summary>For a reader: <c>DPM-Solver++ order 2, linspace, Karras</c>.</summary>
    public string Description =>
        string.Concat(
            Kind.Title,
            Kind.Ordered ? $" order {SolverOrder}" : "",
            Spacing is { } spacing ? $", {spacing.ToString().ToLowerInvariant()}" : "",
            Karras ? ", Karras" : ""
        );

    /// <summary>Reads a <c>scheduler_config.json</c> of diffusers.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="name">A scheduler as people name it (<see cref="SchedulerKinds.Apply"/>) that is run in place of the file's.</param>
    /// <param name="className">The class that the pipeline names for it, which goes before the file's own; null for none.</param>
    /// <exception cref="InputException">The file is missing or damaged, or asks for something that is not supported.</exception>
    /// <exception cref="UsageException">No scheduler has this name.</exception>
    public static SchedulerConfig Read(string file, string? name = null, string? className = null)
    {
        var config = SchedulerJson.Read(file);
        return name is not null
            ? SchedulerKinds.Apply(name, config)
            : SchedulerJson.ToConfig(config, className is null ? null : SchedulerKinds.OfClass(className, file));
    }

    /// <summary>Makes the scheduler of one image.</summary>
    /// <param name="steps">1 to <see cref="TrainingSteps"/>.</param>
    /// <param name="noise">The image's own generator, from which the starting latents were drawn.</param>
    /// <exception cref="UsageException">This many steps cannot be made.</exception>
    public Scheduler Create(int steps, NoiseGenerator noise) =>
        steps >= 1 && steps <= TrainingSteps
            ? Kind.Create(this, steps, noise)
            : throw new UsageException(
                $"{steps} steps cannot be made: give 1 to {TrainingSteps}, the number of noise levels of the model."
            );
}
