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
}
