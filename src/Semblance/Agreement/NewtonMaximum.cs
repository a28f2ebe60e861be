using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>The maximum of a smooth log likelihood of a few parameters, by Newton's method with halved steps.</summary>
/// <param name="Parameters">Where it is.</param>
/// <param name="LogLikelihood">How large it is.</param>
/// <param name="Covariance">The inverse of the observed information, [k, k].</param>
internal sealed record NewtonMaximum(double[] Parameters, double LogLikelihood, double[,] Covariance)
{
    private const int MostRounds = 200;

    // Parameters are logits and log strengths: beyond this a probability is 0 or 1 to all digits.
    private const double Farthest = 15;

    private const double LargestVariance = 1e6;

    /// <summary>Climbs from a start until no step helps.</summary>
    /// <param name="start">Parameters to begin from.</param>
    /// <param name="slopes">Value, gradient [k] and Hessian [k, k] of the log likelihood.</param>
    /// <param name="scale">The size of each parameter that counts as 1 against <see cref="Farthest"/>; 1 if null.</param>
    /// <exception cref="AssumptionException">NoMaximum where it lies at infinity.</exception>
    public static NewtonMaximum Find(
        double[] start,
        Func<double[], (double Value, double[] Gradient, double[,] Hessian)> slopes,
        double[]? scale = null
    )
    {
        var at = start;
        var (value, gradient, hessian) = slopes(at);
        for (var round = 0; round < MostRounds; round++)
        {
            var inverse = Inverse(hessian) ?? throw Infinite();
            var step = new double[at.Length];
            var gain = 0.0;
            for (var i = 0; i < at.Length; i++)
            {
                for (var j = 0; j < at.Length; j++)
                {
                    step[i] -= inverse[i, j] * gradient[j];
                }

                gain += step[i] * gradient[i];
            }

            // The step that is left squares what is missing.
            var last = Math.Abs(gain) < 1e-10;

            // Where the surface is not concave, uphill along the gradient.
            if (gain < 0)
            {
                step = [.. gradient.Select(slope => 0.1 * slope)];
            }

            var better = false;
            for (var length = 1.0; length > 1e-8 && !better; length /= 2)
            {
                double[] next = [.. at.Select((x, i) => x + (length * step[i]))];
                var there = slopes(next);
                if (there.Value >= value)
                {
                    better = true;
                    at = next;
                    (value, gradient, hessian) = there;
                }
            }

            if (at.Where((x, i) => Math.Abs(x) > Farthest * (scale?[i] ?? 1)).Any())
            {
                throw Infinite();
            }

            if (last || !better)
            {
                break;
            }
        }

        var covariance = Inverse(hessian) ?? throw Infinite();
        for (var i = 0; i < at.Length; i++)
        {
            for (var j = 0; j < at.Length; j++)
            {
                covariance[i, j] = -covariance[i, j];
            }

            // The slope ends where rounding does, on the way to infinity too: there nothing holds the parameter.
            if (!(covariance[i, i] is >= 0 and < LargestVariance))
            {
                throw Infinite();
            }
        }

        return new NewtonMaximum(at, value, covariance);
    }

    /// <summary>Gauss-Jordan elimination with the largest pivot; null where there is no inverse.</summary>
    private static double[,]? Inverse(double[,] matrix)
    {
        var n = matrix.GetLength(0);
        var left = (double[,])matrix.Clone();
        var right = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            right[i, i] = 1;
        }

        for (var column = 0; column < n; column++)
        {
            var pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(left[row, column]));
            if (!(Math.Abs(left[pivot, column]) > 1e-300))
            {
                return null;
            }

            for (var j = 0; j < n; j++)
            {
                (left[column, j], left[pivot, j]) = (left[pivot, j], left[column, j]);
                (right[column, j], right[pivot, j]) = (right[pivot, j], right[column, j]);
            }

            var size = left[column, column];
            for (var j = 0; j < n; j++)
            {
                left[column, j] /= size;
                right[column, j] /= size;
            }

            for (var row = 0; row < n; row++)
            {
                var factor = left[row, column];
                for (var j = 0; j < n && row != column; j++)
                {
                    left[row, j] -= factor * left[column, j];
                    right[row, j] -= factor * right[column, j];
                }
            }
        }

        return right;
    }

    private static AssumptionException Infinite() =>
        new(
            Assumption.NoMaximum,
            "The likelihood has no maximum at finite parameters: one answer explains too much of the votes."
        );
}
