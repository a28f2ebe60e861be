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

    /// <summary>Whether its sigmas can be spaced as those of Karras et al. (2022), which a name ends in <c>karras</c> for.</summary>
    public bool Karras { get; init; }

    /// <summary>Whether it has a solver_order.</summary>
    public bool Ordered { get; init; }

    /// <summary>Refuses a configuration that asks it for something that is not supported.</summary>
    public Action<ConfigJson> Check { get; init; } = static _ => { };
}

/// <summary>A name that people use for a scheduler.</summary>
/// <param name="Shown">To a reader.</param>
/// <param name="Order">The solver_order that it stands for; null for that of the configuration.</param>
/// <param name="Others">What means the same.</param>
internal sealed record SchedulerName(string Shown, int? Order = null, params IReadOnlyList<string> Others);
