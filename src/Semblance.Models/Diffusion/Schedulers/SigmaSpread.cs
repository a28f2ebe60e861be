using System.Globalization;
using MathNet.Numerics;

namespace Semblance.Models.Diffusion.Schedulers;

/// <summary>Noise levels between a largest and a smallest one, as <see cref="SigmaSpacing"/> names them.</summary>
internal static class SigmaSpread
{
    private const double KarrasRho = 7;

    // Both parameters, as the paper recommends.
    private const double BetaParameter = 0.6;

    /// <summary>The noise levels of a run, falling.</summary>
    /// <param name="config">How, and which limits it sets.</param>
    /// <param name="smallest">Where it sets none.</param>
    /// <param name="largest">Where it sets none.</param>
    /// <param name="steps">How many.</param>
    /// <exception cref="InputException">The limit that is set and the other one have no room between them.</exception>
    public static double[] Of(SchedulerConfig config, double smallest, double largest, int steps)
    {
        // Lu's lambdas always run over all trained levels.
        var (low, high) =
            config.Sigmas == SigmaSpacing.Lu
                ? (smallest, largest)
                : (config.SigmaMin ?? smallest, config.SigmaMax ?? largest);
        if (steps > 1 && low >= high)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The scheduler's sigmas cannot run from {high:0.####} down to {low:0.####}; set sigma_min and sigma_max to other values, or remove them."
                )
            );
        }

        return config.Sigmas switch
        {
            SigmaSpacing.Karras => Karras(low, high, steps, KarrasRho),
            SigmaSpacing.Beta => Beta(low, high, steps),
            _ => Exponential(low, high, steps),
        };
    }

    /// <summary>Equal parts of sigma^(1/rho), Karras et al. (2022), equation 5.</summary>
    public static double[] Karras(double smallest, double largest, int steps, double rho)
    {
        var (low, high) = (Math.Pow(smallest, 1 / rho), Math.Pow(largest, 1 / rho));
        return [.. Parts(steps).Select(part => Math.Pow(high + (part * (low - high)), rho))];
    }

    /// <summary>Equal parts of the logarithm.</summary>
    public static double[] Exponential(double smallest, double largest, int steps)
    {
        var (low, high) = (Math.Log(smallest), Math.Log(largest));
        return [.. Parts(steps).Select(part => Math.Exp(high + (part * (low - high))))];
    }

    private static double[] Beta(double smallest, double largest, int steps) =>
        [.. Parts(steps).Select(part => smallest + (Quantile(1 - part) * (largest - smallest)))];

    /// <summary>Of the symmetric beta distribution: at most a half is searched for, where there is room below.</summary>
    private static double Quantile(double probability)
    {
        if (probability > 0.5)
        {
            return 1 - Quantile(1 - probability);
        }

        var (low, high) = (0.0, 0.5);
        // As long as there is a double between.
        for (var middle = high / 2; middle > low && middle < high && probability > 0; middle = (low + high) / 2)
        {
            if (SpecialFunctions.BetaRegularized(BetaParameter, BetaParameter, middle) < probability)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return probability > 0 ? high : 0;
    }

    /// <summary>0 to 1; a single one is 0.</summary>
    private static IEnumerable<double> Parts(int steps) =>
        Enumerable.Range(0, steps).Select(i => steps == 1 ? 0 : (double)i / (steps - 1));
}
