namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// What the network's output says about the clean latent x0, as the two factors of
/// x0 = <c>OfLatent</c> x + <c>OfPrediction</c> prediction.
/// </summary>
internal static class CleanLatent
{
    /// <summary>For latents x = x0 + sigma noise, as Euler's schedulers keep them.</summary>
    public static (float OfLatent, float OfPrediction) OfExploding(PredictionType prediction, float sigma) =>
        prediction switch
        {
            PredictionType.Epsilon => (1f, -sigma),
            PredictionType.VPrediction => (1f / ((sigma * sigma) + 1f), -sigma / MathF.Sqrt((sigma * sigma) + 1f)),
            _ => (0f, 1f),
        };

    /// <summary>For latents x = alpha x0 + sigma noise of unit variance, as DDIM and the multistep solvers keep them.</summary>
    public static (double OfLatent, double OfPrediction) OfPreserving(
        PredictionType prediction,
        double alpha,
        double sigma
    ) =>
        prediction switch
        {
            PredictionType.Epsilon => (1 / alpha, -sigma / alpha),
            PredictionType.VPrediction => (alpha, -sigma),
            _ => (0, 1),
        };
}
