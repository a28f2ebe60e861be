namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>How the variances of the training steps run; in a configuration the names are written as Python does.</summary>
internal enum BetaSchedule
{
    /// <summary>The variances rise in equal steps.</summary>
    Linear,

    /// <summary>Their square roots in equal steps.</summary>
    ScaledLinear,

    /// <summary>From a squared cosine of the signal, no variance above 0.999 (Nichol and Dhariwal, 2021).</summary>
    SquaredcosCapV2,
}
