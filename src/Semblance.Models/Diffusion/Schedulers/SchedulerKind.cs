using Semblance.Models.Configuration;
using Semblance.Models.Diffusion.Noise;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>A class of schedulers: what it is called, and how one is made.</summary>
/// <param name="ClassName">In diffusers.</param>
/// <param name="Title">For a reader; a name that people use, too.</param>
/// <param name="Create">Makes one from the model's configuration, the number of steps and the image's own generator.</param>
internal sealed record SchedulerKind(
    string ClassName,
    string Title,
    Func<SchedulerConfig, int, NoiseGenerator, Scheduler> Create
)
{
    /// <summary>By which people choose it.</summary>
    public required IReadOnlyList<SchedulerName> Names { get; init; }

    /// <summary>The keys of a configuration that diffusers' class reads beside those of its family (<see cref="SchedulerKeys"/>).</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>The models that it is for.</summary>
    public SchedulerFamily Family { get; init; }

    /// <summary>The spreads of sigmas that it has, which a name may end in.</summary>
    public IEnumerable<SigmaSpacing> Spreads =>
        Family == SchedulerFamily.Discrete
            ? SigmaSettings.Spreads.Where(row => Keys.Contains(row.Key)).Select(row => row.Spread)
            : [];

    /// <summary>Whether it has a solver_order.</summary>
    public bool Ordered => Keys.Contains("solver_order");

    /// <summary>Whether it runs the algorithm_type of its configuration.</summary>
    public bool Solver { get; init; }

    /// <summary>How much noise a step adds unless the user says otherwise; null where that cannot be chosen.</summary>
    public double? Eta { get; init; }

    /// <summary>Whether the user may list the timesteps.</summary>
    public bool TakesTimesteps { get; init; }

    /// <summary>The variances where the configuration has none.</summary>
    public (double Start, double End, BetaSchedule Schedule) Betas { get; init; } = (0.0001, 0.02, BetaSchedule.Linear);

    /// <summary>Refuses a configuration that asks it for something that is not supported.</summary>
    public Action<SchedulerConfig, ConfigJson> Check { get; init; } = static (_, _) => { };
}

/// <summary>A name that people use for a scheduler.</summary>
/// <param name="Shown">To a reader.</param>
/// <param name="Order">The solver_order that it stands for; null for that of the configuration.</param>
/// <param name="Others">What means the same.</param>
internal sealed record SchedulerName(string Shown, int? Order = null, params IReadOnlyList<string> Others)
{
    /// <summary>The algorithm that it stands for; null for that of the configuration.</summary>
    public SolverAlgorithm? Algorithm { get; init; }
}
