using Semblance.Statistics;

namespace Semblance.Variance;

/// <summary>
/// What seeds add to the variance of the difference of two models on one prompt where both have some seeds in common: the
/// components of the kernel k_second - k_first over pairs of common seeds, and the covariance of the two scores that comes
/// from them.
/// </summary>
/// <param name="First">Name of the first model.</param>
/// <param name="Second">Name of the second model.</param>
/// <param name="Prompt">The prompt as the first model has it.</param>
/// <param name="Seeds">How many seeds both have, 1 or more; 0 where those of one of them are not known.</param>
/// <param name="Components">
/// Of second - first, which are those of first - second; null where they cannot be estimated: below four common seeds, and for
/// sets with too many pairs to hold in memory.
/// </param>
/// <param name="Covariance">
/// Cov(k_A(1, 2), k_B(1, 3)) and Cov(k_A(1, 2), k_B(1, 2)) over the common seeds, without bias; null where
/// <paramref name="Components"/> is.
/// </param>
public sealed record SharedSeedComponents(
    string First,
    string Second,
    string Prompt,
    int Seeds,
    PairComponents? Components,
    PairComponents? Covariance
)
{
    /// <summary>
    /// The components of a difference over common seeds, and the covariances: with the components z_A and z_B of the two
    /// sets over the same seeds, that of the difference is z_A + z_B - 2 covariance (<see cref="PairKernel.Minus"/>).
    /// </summary>
    /// <param name="first">Name of the first model.</param>
    /// <param name="second">Name of the second model.</param>
    /// <param name="prompt">The prompt as the first model has it.</param>
    /// <param name="firstKernel">The first model's kernel over the common seeds.</param>
    /// <param name="secondKernel">The second model's, in the same order of seeds.</param>
    /// <exception cref="AssumptionException">LengthMismatch: the kernels differ in their number of images.</exception>
    public static SharedSeedComponents Of(
        string first,
        string second,
        string prompt,
        PairKernel firstKernel,
        PairKernel secondKernel
    )
    {
        ArgumentNullException.ThrowIfNull(firstKernel);
        ArgumentNullException.ThrowIfNull(secondKernel);
        var difference = secondKernel.Minus(firstKernel).Components();
        var covariance = difference is null
            ? null
            : Covariances(firstKernel.Components()!, secondKernel.Components()!, difference);
        return new SharedSeedComponents(first, second, prompt, firstKernel.Images, difference, covariance);
    }

    /// <summary>
    /// Covariance of the scores U_A of n_A images and U_B of n_B, of which c come from common seeds; 0 where it cannot be
    /// told. Of the pairs (i, j) of A and (k, l) of B, c (c - 1) / 2 share both seeds; a common seed is in (n_A - 1)(n_B - 1)
    /// of them, of which c - 1 share the other seed too, so c [(n_A - 1)(n_B - 1) - (c - 1)] share exactly one. The rest
    /// share none and are independent. With n_A = n_B = c this is the U-statistic's own formula.
    /// </summary>
    /// <param name="first">n_A, images of one model.</param>
    /// <param name="second">n_B, images of the other.</param>
    internal double CovarianceAt(int first, int second)
    {
        if (Covariance is not { } shared)
        {
            return 0;
        }

        var (a, b, c) = ((double)first, (double)second, (double)Seeds);
        var one = c * (((a - 1) * (b - 1)) - (c - 1));
        var two = c * (c - 1) / 2;
        return ((one * shared.Zeta1) + (two * shared.Zeta2)) / (a * (a - 1) / 2 * (b * (b - 1) / 2));
    }

    private static PairComponents Covariances(PairComponents first, PairComponents second, PairComponents difference) =>
        new((first.Zeta1 + second.Zeta1 - difference.Zeta1) / 2, (first.Zeta2 + second.Zeta2 - difference.Zeta2) / 2);
}
