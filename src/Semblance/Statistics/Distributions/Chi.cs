namespace Semblance.Statistics.Distributions;

/// <summary>A chi variable over the root of its degrees of freedom: the relative error of a standard deviation.</summary>
internal static class Chi
{
    /// <summary>The log density of u = ln S: ln[2 h^h / Gamma(h)] + h (2u - e^2u), h half the degrees of freedom.</summary>
    public static Func<double, double> LogDensityOfLog(double degrees)
    {
        var half = degrees / 2;

        // h ln h - h - ln Gamma(h) = ln(h / 2 pi) / 2 - StirlingError(h): no cancellation at a million degrees.
        var constant = Math.Log(2) + (Math.Log(half / (2 * Math.PI)) / 2) - LogGamma.StirlingError(half);
        return u => constant - (half * (Elementary.ExpMinusOne(2 * u) - (2 * u)));
    }

    /// <summary>About the standard deviation of ln S.</summary>
    public static double Spread(double degrees) => 1 / Math.Sqrt(2 * degrees);
}
