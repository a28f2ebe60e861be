namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>What the network's output means; in a configuration the names are written as Python does.</summary>
internal enum PredictionType
{
    /// <summary>The noise.</summary>
    Epsilon,

    /// <summary>The velocity, Salimans and Ho (2022).</summary>
    VPrediction,

    /// <summary>The clean latent.</summary>
    Sample,
}
