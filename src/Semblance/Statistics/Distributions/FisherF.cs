namespace Semblance.Statistics.Distributions;

/// <summary>Fisher's F distribution (Abramowitz and Stegun 26.6.2), degrees of freedom positive.</summary>
internal static class FisherF
{
    /// <summary>P(F &lt;= f).</summary>
    public static double Cdf(double f, double degrees1, double degrees2) => Tails(f, degrees1, degrees2).Lower;

    /// <summary>P(F &gt; f), to full relative precision.</summary>
    public static double UpperTail(double f, double degrees1, double degrees2) => Tails(f, degrees1, degrees2).Upper;

    private static (double Lower, double Upper) Tails(double f, double degrees1, double degrees2)
    {
        if (double.IsPositiveInfinity(f))
        {
            return (1, 0);
        }

        var sum = degrees2 + (degrees1 * f);
        return IncompleteBeta.Tails(degrees1 * f / sum, degrees2 / sum, degrees1 / 2, degrees2 / 2);
    }
}
