using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The largest of several normal deviates |z| of means, or differences of means, that are estimated from the same prompts:
/// limits at its quantile hold all of them at once (single-step max-t; Hothorn, Bretz and Westfall, "Simultaneous inference
/// in general parametric models", Biometrical Journal 50 (2008)). By Monte Carlo with fixed draws.
/// </summary>
internal static class LargestDeviate
{
    private const int Draws = 20_000;

    /// <summary>
    /// The chance beyond one limit of a single interval at which all intervals hold together. Student's quantile at it, with the
    /// degrees of freedom of each, takes the place of that of a normal deviate: the standard errors are estimated one by
    /// one, which a multivariate t with one common variance would not allow for (docs/statistics.md).
    /// </summary>
    /// <param name="covariance">Of the k means, [k][k].</param>
    /// <param name="contrasts">Second - first, or the mean of second where first is null.</param>
    /// <param name="level">Between 0 and 1.</param>
    /// <param name="seed">Of the draws.</param>
    /// <returns>At most (1 - level) / 2; its Monte Carlo error moves limits by about 0.5%.</returns>
    public static double Tail(
        double[][] covariance,
        IReadOnlyList<(int? First, int Second)> contrasts,
        double level,
        ulong seed
    ) => Math.Min((1 - level) / 2, Normal.UpperTail(Quantile(covariance, contrasts, level, seed)));

    /// <summary>The quantile of the largest |z|.</summary>
    /// <inheritdoc cref="Tail"/>
    internal static double Quantile(
        double[][] covariance,
        IReadOnlyList<(int? First, int Second)> contrasts,
        double level,
        ulong seed
    )
    {
        var k = covariance.Length;
        var root = Root(covariance);
        (int? First, int Second, double Scale)[] scaled =
        [
            .. contrasts
                .Select(one => (one.First, one.Second, Variance: VarianceOf(covariance, one)))
                .Where(one => one.Variance > 0)
                .Select(one => (one.First, one.Second, 1 / Math.Sqrt(one.Variance))),
        ];
        var largest = new double[Draws];
        var (normal, z) = (new double[k + 1], new double[k]);
        for (var draw = 0; draw < Draws; draw++)
        {
            Fill(normal, new RandomStream(seed, (ulong)draw));
            for (var i = 0; i < k; i++)
            {
                z[i] = 0;
                for (var j = 0; j <= i; j++)
                {
                    z[i] += root[i][j] * normal[j];
                }
            }

            var most = 0.0;
            foreach (var (first, second, scale) in scaled)
            {
                most = Math.Max(most, Math.Abs(z[second] - (first is { } other ? z[other] : 0)) * scale);
            }

            largest[draw] = most;
        }

        Array.Sort(largest);
        return Descriptive.QuantileOfSorted(largest, level);
    }

    private static double VarianceOf(double[][] covariance, (int? First, int Second) contrast)
    {
        var own = covariance[contrast.Second][contrast.Second];
        return contrast.First is not { } first
            ? own
            : own + covariance[first][first] - (2 * covariance[first][contrast.Second]);
    }

    /// <summary>Cholesky's lower triangle. What is not positive definite by rounding, or since parts of it were estimated apart, counts as 0.</summary>
    private static double[][] Root(double[][] covariance)
    {
        var k = covariance.Length;
        var root = new double[k][];
        for (var i = 0; i < k; i++)
        {
            root[i] = new double[i + 1];
            for (var j = 0; j <= i; j++)
            {
                var rest = covariance[i][j];
                for (var l = 0; l < j; l++)
                {
                    rest -= root[i][l] * root[j][l];
                }

                root[i][j] =
                    i == j ? Math.Sqrt(Math.Max(0, rest))
                    : root[j][j] > 1e-9 * Math.Sqrt(covariance[j][j]) ? rest / root[j][j]
                    : 0;
            }
        }

        return root;
    }

    /// <summary>Box and Muller's normal numbers, two at a time.</summary>
    private static void Fill(double[] normal, RandomStream random)
    {
        for (var i = 0; i + 1 < normal.Length || i == 0; i += 2)
        {
            var radius = Math.Sqrt(-2 * Math.Log(((random.Next() >> 11) + 1) / (double)(1UL << 53)));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * ((random.Next() >> 11) / (double)(1UL << 53)));
            normal[i] = radius * cosine;
            if (i + 1 < normal.Length)
            {
                normal[i + 1] = radius * sine;
            }
        }
    }
}
