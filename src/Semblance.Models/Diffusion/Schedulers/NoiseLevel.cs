namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>One noise level as the multistep solvers see it: x = alpha x0 + sigma noise, alpha^2 + sigma^2 = 1.</summary>
/// <param name="Alpha">Of the signal.</param>
/// <param name="Sigma">Of the noise.</param>
internal readonly record struct NoiseLevel(double Alpha, double Sigma)
{
    /// <summary>The level at which the noise is <paramref name="ratio"/> times the signal.</summary>
    public static NoiseLevel Of(float ratio)
    {
        var alpha = 1 / Math.Sqrt(((double)ratio * ratio) + 1);
        return new NoiseLevel(alpha, ratio * alpha);
    }

    /// <summary>Half the logarithm of the signal-to-noise ratio; infinite without noise.</summary>
    public double Lambda => Math.Log(Alpha / Sigma);
}
