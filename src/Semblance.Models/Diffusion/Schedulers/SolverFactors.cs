namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>
/// One step of a DPM solver as factors: of the latent, of the newest output of the network, of its first and second
/// differences, and of new noise (Lu et al., 2022, arXiv 2206.00927 and 2211.01095; the third order of the stochastic
/// form as diffusers has it).
/// </summary>
/// <param name="OfLatent">Of the latent where the step begins.</param>
/// <param name="OfOutput">Of the output there.</param>
/// <param name="OfFirst">Of the first difference.</param>
/// <param name="OfSecond">Of the second difference.</param>
/// <param name="OfNoise">Of noise of unit variance.</param>
internal readonly record struct SolverFactors(
    double OfLatent,
    double OfOutput,
    double OfFirst,
    double OfSecond,
    double OfNoise
)
{
    /// <summary>The factors from one noise level to another.</summary>
    /// <param name="algorithm">What is integrated.</param>
    /// <param name="at">Where the step begins.</param>
    /// <param name="next">Where it ends.</param>
    /// <param name="exact">
    /// Whether the first difference is integrated (<c>heun</c>), as the third order always does, or taken at the middle.
    /// </param>
    public static SolverFactors Of(SolverAlgorithm algorithm, NoiseLevel at, NoiseLevel next, bool exact)
    {
        var h = next.Lambda - at.Lambda;
        var (toClean, toNoise) = (Math.Exp(-h) - 1, Math.Exp(h) - 1);
        return algorithm switch
        {
            SolverAlgorithm.DpmSolverPlusPlus => new(
                next.Sigma / at.Sigma,
                -next.Alpha * toClean,
                exact ? next.Alpha * ((toClean / h) + 1) : -0.5 * next.Alpha * toClean,
                -next.Alpha * (((toClean + h) / (h * h)) - 0.5),
                0
            ),
            SolverAlgorithm.SdeDpmSolverPlusPlus => OfNoisyClean(at, next, h, exact),
            SolverAlgorithm.DpmSolver => new(
                next.Alpha / at.Alpha,
                -next.Sigma * toNoise,
                exact ? -next.Sigma * ((toNoise / h) - 1) : -0.5 * next.Sigma * toNoise,
                -next.Sigma * (((toNoise - h) / (h * h)) - 0.5),
                0
            ),
            _ => new(
                next.Alpha / at.Alpha,
                -2 * next.Sigma * toNoise,
                exact ? -2 * next.Sigma * ((toNoise / h) - 1) : -next.Sigma * toNoise,
                // No third order is known for it.
                0,
                next.Sigma * Math.Sqrt(Math.Exp(2 * h) - 1)
            ),
        };
    }

    private static SolverFactors OfNoisyClean(NoiseLevel at, NoiseLevel next, double h, bool exact)
    {
        var gain = 1 - Math.Exp(-2 * h);
        return new(
            next.Sigma / at.Sigma * Math.Exp(-h),
            next.Alpha * gain,
            exact ? next.Alpha * ((gain / (-2 * h)) + 1) : 0.5 * next.Alpha * gain,
            next.Alpha * (((gain - (2 * h)) / (4 * h * h)) - 0.5),
            next.Sigma * Math.Sqrt(gain)
        );
    }
}
