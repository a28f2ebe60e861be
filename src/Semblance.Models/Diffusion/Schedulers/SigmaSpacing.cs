namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>How the noise levels of a run are spread between the largest and the smallest.</summary>
internal enum SigmaSpacing
{
    /// <summary>They are those of the timesteps.</summary>
    Timesteps,

    /// <summary>Equal parts of sigma^(1/7), Karras et al. (2022), equation 5.</summary>
    Karras,

    /// <summary>Equal parts of the logarithm.</summary>
    Exponential,

    /// <summary>By the quantiles of a beta distribution, Lee et al., "Beta Sampling is All You Need" (2024).</summary>
    Beta,

    /// <summary>Equal parts of the half log signal-to-noise ratio over all trained levels, Lu et al. (2022).</summary>
    Lu,
}
