namespace Semblance.Statistics.Distributions;

/// <summary>Fisher's F distribution (Abramowitz and Stegun 26.6.2), degrees of freedom positive.</summary>
internal static class FisherF
{
    /// <summary>P(F &gt; f), to full relative precision.</summary>
    public static double UpperTail(double f, double degrees1, double degrees2)
    {
        var sum = degrees2 + (degrees1 * f);
        return double.IsPositiveInfinity(f)
            ? 0
            : IncompleteBeta.Tails(degrees1 * f / sum, degrees2 / sum, degrees1 / 2, degrees2 / 2).Upper;
    }

    /// <summary>The f with P(F &lt;= f) = <paramref name="probability"/>, between 0 and 1, to about 1e-12 relative.</summary>
    public static double Quantile(double probability, double degrees1, double degrees2)
    {
        var (low, high) = (-700.0, 700.0);
        while (high - low > 1e-13 * Math.Max(1, Math.Abs(high)))
        {
            var middle = (low + high) / 2;
            if (middle == low || middle == high)
            {
                break;
            }

            (low, high) =
                UpperTail(Math.Exp(middle), degrees1, degrees2) > 1 - probability ? (middle, high) : (low, middle);
        }

        return Math.Exp(high);
    }
}
