namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>What the network's output means; in a configuration the names are written as Python does.</summary>
public enum PredictionType
{
    /// <summary>The noise, Ho et al. (2020).</summary>
    Epsilon,

    /// <summary>The velocity, Salimans and Ho (2022).</summary>
    VPrediction,

    /// <summary>The latents without noise, x0.</summary>
    Sample,
}
