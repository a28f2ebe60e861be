using System.Globalization;
using Semblance.Models.Configuration;
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

    /// <summary>Whether the variances are scaled so that the last training step is noise alone, Lin et al. (2023), algorithm 1.</summary>
    public bool ZeroTerminalSnr { get; init; }

    public PredictionType Prediction { get; init; }

    /// <summary>Which training steps are visited; null for the default of the class.</summary>
    public TimestepSpacing? Spacing { get; init; }

    /// <summary>The training steps that are visited, in place of a spacing, falling; null for those of the spacing.</summary>
    public IReadOnlyList<int>? Visited { get; init; }

    /// <summary>Added to the timesteps of leading spacing.</summary>
    public int StepsOffset { get; init; }

    /// <summary>How the sigmas are spread.</summary>
    public SigmaSpacing Sigmas { get; init; }

    /// <summary>The smallest of spread sigmas; null for that of the timesteps or of the training.</summary>
    public double? SigmaMin { get; init; }

    /// <summary>The largest of spread sigmas; null for that of the timesteps or of the training.</summary>
    public double? SigmaMax { get; init; }

    /// <summary>Whether the last sigma is that of the first training step in place of 0.</summary>
    public bool FinalSigmaIsSmallest { get; init; }

    /// <summary>Order of the multistep solvers, 1 to 3.</summary>
    public int SolverOrder { get; init; } = 2;

    /// <summary><c>midpoint</c> or <c>heun</c> for the DPM solvers, <c>bh1</c> or <c>bh2</c> for UniPC; others stand for the first and the last of them.</summary>
    public string SolverType { get; init; } = "";

    /// <summary>What the DPM solvers integrate.</summary>
    public SolverAlgorithm Algorithm { get; init; }

    /// <summary>Whether solvers lower their order at the end (multistep ones: of fewer than 15 steps); null for the default of the class.</summary>
    public bool? LowerOrderFinal { get; init; }

    /// <summary>Whether the last step of DPM-Solver++ is of first order.</summary>
    public bool EulerAtFinal { get; init; }

    /// <summary>Training steps with a smaller half log signal-to-noise ratio are not visited by the DPM solvers.</summary>
    public double SmallestLambda { get; init; } = double.NegativeInfinity;

    /// <summary>DDIM and PNDM: whether no noise is left after the last step; null for the default of the class.</summary>
    public bool? AlphaToOne { get; init; }

    /// <summary>PNDM: whether it starts with one step of Heun's method in place of three of Runge and Kutta's.</summary>
    public bool SkipRungeKutta { get; init; }

    /// <summary>Whether clean latents are cut; null for the default of the class.</summary>
    public bool? Clip { get; init; }

    /// <summary>Where clean latents are cut.</summary>
    public float ClipRange { get; init; } = 1f;

    /// <summary>How much of the noise that a step may add is added, 0 to 1; null for the default of the class.</summary>
    public double? Eta { get; init; }

    /// <summary>LCM and TCD: how many training steps the distillation visited; null for all of them.</summary>
    public int? OriginalSteps { get; init; } = 50;

    /// <summary>LCM: what timesteps are multiplied by in the boundary condition.</summary>
    public double TimestepScaling { get; init; } = 10;

    /// <summary>EDM: the deviation of the data.</summary>
    public double SigmaData { get; init; } = 0.5;

    /// <summary>EDM: the power of which the sigmas are equal parts.</summary>
    public double Rho { get; init; } = 7;

    /// <summary>Flow matching: how far the noise levels are shifted towards noise.</summary>
    public double Shift { get; init; } = 1;

    /// <summary>For a reader: <c>DPM-Solver++ order 2, linspace, Karras</c>.</summary>
    public string Description =>
        string.Concat(
            Kind.Solver ? Kind.Title.Replace("DPM-Solver++", Algorithm.Title(), StringComparison.Ordinal) : Kind.Title,
            Kind.Ordered ? $" order {SolverOrder}" : "",
            Visited is null && Spacing is { } spacing ? $", {spacing.ToString().ToLowerInvariant()}" : "",
            Visited is { } visited ? $", at {string.Join(' ', visited)}" : "",
            Sigmas == SigmaSpacing.Timesteps ? "" : $", {Sigmas}",
            Eta is { } eta ? string.Create(CultureInfo.InvariantCulture, $", eta {eta}") : ""
        );

    /// <summary>Reads a <c>scheduler_config.json</c> of diffusers.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="name">A scheduler as people name it (<see cref="SchedulerKinds.Apply"/>) that is run in place of the file's.</param>
    /// <param name="className">The class that the pipeline names for it, which goes before the file's own; null for none.</param>
    /// <exception cref="InputException">The file is missing or damaged, or asks for something that is not supported.</exception>
    /// <exception cref="UsageException">No scheduler has this name.</exception>
    public static SchedulerConfig Read(string file, string? name = null, string? className = null) =>
        Read(SchedulerJson.Read(file), name, className);

    /// <summary>The same of a configuration that is read already.</summary>
    /// <exception cref="InputException">It asks for something that is not supported.</exception>
    /// <exception cref="UsageException">No scheduler has this name.</exception>
    public static SchedulerConfig Read(ConfigJson config, string? name = null, string? className = null) =>
        name is not null ? SchedulerKinds.Apply(name, config, className) : SchedulerKinds.OfFile(config, className);

    /// <summary>Without limits of Karras sigmas, which LMS and DPM++ SDE of diffusers do not read.</summary>
    public SchedulerConfig WithoutKarrasLimits() =>
        Sigmas == SigmaSpacing.Karras ? this with { SigmaMin = null, SigmaMax = null } : this;

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
