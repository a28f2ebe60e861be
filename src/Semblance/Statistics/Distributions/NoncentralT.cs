namespace Semblance.Statistics.Distributions;

/// <summary>
/// Student's t distribution with noncentrality: (Z + noncentrality) / S, Z standard normal, S a chi variable over the
/// root of its degrees of freedom. Both tails are integrals of positive functions of ln S, so neither loses digits;
/// series such as AS 243 do, and give NaN at large noncentralities.
/// </summary>
internal static class NoncentralT
{
    /// <summary>The chance P(T &lt;= t).</summary>
    public static double Cdf(double t, double degrees, double noncentrality) => UpperTail(-t, degrees, -noncentrality);

    /// <summary>P(T &gt; t) = E[P(Z &gt; t S - noncentrality)], to about 1e-12 relative.</summary>
    public static double UpperTail(double t, double degrees, double noncentrality)
    {
        var density = Chi.LogDensityOfLog(degrees);
        return Trapezoid.IntegrateExponential(
            u => density(u) + Normal.LogCdf(noncentrality - (t * Math.Exp(u))),
            Chi.Spread(degrees)
        );
    }
}
