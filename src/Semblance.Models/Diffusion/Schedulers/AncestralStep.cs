namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// A step that goes below the wanted noise and adds the difference as new noise: sigma down and up of k-diffusion, with
/// down^2 + up^2 = next^2.
/// </summary>
/// <param name="Down">The sigma that is stepped to.</param>
/// <param name="Up">Deviation of the noise that is added.</param>
internal readonly record struct AncestralStep(float Down, float Up)
{
    /// <summary>Of a step between two sigmas.</summary>
    /// <param name="sigma">Where it begins, above 0.</param>
    /// <param name="next">Where it ends.</param>
    /// <param name="eta">How much of the noise that may be added is added.</param>
    public static AncestralStep Of(float sigma, float next, float eta = 1f)
    {
        var up = Math.Min(next, eta * MathF.Sqrt(next * next * ((sigma * sigma) - (next * next)) / (sigma * sigma)));
        return new AncestralStep(MathF.Sqrt((next * next) - (up * up)), up);
    }
}
