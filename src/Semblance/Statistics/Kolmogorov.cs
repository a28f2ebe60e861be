namespace Semblance.Statistics;

/// <summary>The law of the two-sided Kolmogorov-Smirnov statistic D of a sample from a known continuous distribution.</summary>
internal static class Kolmogorov
{
    /// <summary>
    /// The limit of P(sqrt(n) D &gt; x) for large n: 2 sum (-1)^(k-1) exp(-2 k^2 x^2), or below 1 its theta transform,
    /// whose terms do not cancel.
    /// </summary>
    public static double LimitUpperTail(double x)
    {
        if (x <= 0)
        {
            return 1;
        }

        var sum = 0.0;
        if (x < 1)
        {
            for (var k = 1; k < 20; k += 2)
            {
                sum += Math.Exp(-k * k * Math.PI * Math.PI / (8 * x * x));
            }

            return 1 - (Math.Sqrt(2 * Math.PI) / x * sum);
        }

        for (var k = 1; k < 20; k++)
        {
            sum += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2.0 * k * k * x * x);
        }

        return sum;
    }

    /// <summary>P(D &lt;= d) for a sample of <paramref name="n"/>, d in [0, 1].</summary>
    public static double Cdf(double d, int n) => Tails(d, n).Lower;

    /// <summary>P(D &gt; d) for a sample of <paramref name="n"/>, d in [0, 1], to full relative precision.</summary>
    public static double UpperTail(double d, int n) => Tails(d, n).Upper;

    /// <summary>
    /// P(D+ &gt; d), one-sided: d sum over j of C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j), j/n at most 1 - d
    /// (Smirnov; Birnbaum and Tingey 1951). All terms are positive.
    /// </summary>
    public static double OneSidedUpperTail(double d, int n)
    {
        if (d is <= 0 or >= 1)
        {
            return d <= 0 ? 1 : 0;
        }

        var sum = 0.0;
        var logChoose = 0.0;
        for (var j = 0; j <= n * (1 - d) && j < n; j++)
        {
            var rest = 1 - d - ((double)j / n);
            if (rest > 0)
            {
                sum += Math.Exp(logChoose + ((j - 1) * Math.Log(d + ((double)j / n))) + ((n - j) * Math.Log(rest)));
            }

            logChoose += Math.Log((double)(n - j) / (j + 1));
        }

        return Math.Min(1, d * sum);
    }

    // Where n d^2 > 4 both sides are crossed with a relative chance below e^-24: twice the one-sided tail is exact, and
    // keeps its digits. Below it the upper tail is above 6e-4, and 1 - cdf keeps them.
    private static (double Lower, double Upper) Tails(double d, int n)
    {
        if (d * n <= 0.5 || d >= 1)
        {
            return d >= 1 ? (1, 0) : (0, 1);
        }

        if (n * d * d > 4)
        {
            var upper = 2 * OneSidedUpperTail(d, n);
            return (1 - upper, upper);
        }

        var lower = MatrixCdf(d, n);
        return (lower, 1 - lower);
    }

    /// <summary>
    /// Marsaglia, Tsang and Wang, "Evaluating Kolmogorov's Distribution" (2003): n!/n^n times the central element of the
    /// n-th power of a matrix of nonnegative numbers.
    /// </summary>
    private static double MatrixCdf(double d, int n)
    {
        var k = (int)Math.Floor(n * d) + 1;
        var size = (2 * k) - 1;
        var h = k - (n * d);
        var matrix = new double[size * size];
        var inverseFactorial = new double[size + 1];
        inverseFactorial[0] = 1;
        for (var i = 1; i <= size; i++)
        {
            inverseFactorial[i] = inverseFactorial[i - 1] / i;
        }

        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= Math.Min(i + 1, size - 1); j++)
            {
                matrix[(i * size) + j] = inverseFactorial[i - j + 1];
            }
        }

        for (var i = 0; i < size; i++)
        {
            var corner = Math.Pow(h, i + 1) * inverseFactorial[i + 1];
            matrix[i * size] -= corner;
            matrix[((size - 1) * size) + (size - 1 - i)] -= corner;
        }

        matrix[(size - 1) * size] += Math.Pow(Math.Max(0, (2 * h) - 1), size) * inverseFactorial[size];
        var (power, scale) = Power(matrix, size, n);
        var logFactorial = LogGamma.Of(n + 1.0) - (n * Math.Log(n));
        return Math.Min(1, power[((k - 1) * size) + k - 1] * Math.Exp(logFactorial + (scale * Math.Log(2))));
    }

    // matrix^n as mantissa and a power of two that keeps it from overflowing.
    private static (double[] Mantissa, int Exponent) Power(double[] matrix, int size, int n)
    {
        if (n == 1)
        {
            return (matrix, 0);
        }

        var (half, exponent) = Power(matrix, size, n / 2);
        var square = Multiply(half, half, size);
        exponent *= 2;
        if (n % 2 == 1)
        {
            square = Multiply(matrix, square, size);
        }

        var middle = Math.ILogB(square[(size / 2 * size) + (size / 2)]);
        for (var i = 0; i < square.Length; i++)
        {
            square[i] = Math.ScaleB(square[i], -middle);
        }

        return (square, exponent + middle);
    }

    private static double[] Multiply(double[] a, double[] b, int size)
    {
        var product = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            var row = product.AsSpan(i * size, size);
            for (var l = 0; l < size; l++)
            {
                var factor = a[(i * size) + l];
                var other = b.AsSpan(l * size, size);
                for (var j = 0; factor != 0 && j < row.Length; j++)
                {
                    row[j] += factor * other[j];
                }
            }
        }

        return product;
    }
}
