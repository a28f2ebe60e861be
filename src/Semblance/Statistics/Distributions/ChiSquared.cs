namespace Semblance.Statistics.Distributions;

/// <summary>The chi-squared distribution (Abramowitz and Stegun 26.4.19), degrees of freedom positive.</summary>
internal static class ChiSquared
{
    /// <summary>P(X &gt; x), to full relative precision.</summary>
    public static double UpperTail(double x, double degrees) => IncompleteGamma.Tails(degrees / 2, x / 2).Upper;
}
