namespace Semblance.Statistics.Distributions;

/// <summary>
/// The range of k standard normal variables, over an independent estimate of their standard deviation where the degrees
/// of freedom are finite (Tukey). Lower and upper tail are separate integrals of positive functions, so that an upper
/// tail of 1e-10 keeps ten digits; 1 - cdf, as elsewhere, has none.
/// </summary>
internal static class StudentizedRange
{
    /// <summary>P(Q &lt;= q) for k groups.</summary>
    public static double Cdf(double q, int groups, double degrees = double.PositiveInfinity) =>
        q <= 0 ? 0 : OverScale(q, degrees, range => Lower(range, groups));

    /// <summary>P(Q &gt; q) for k groups, to full relative precision.</summary>
    public static double UpperTail(double q, int groups, double degrees = double.PositiveInfinity) =>
        q <= 0 ? 1 : OverScale(q, degrees, range => Upper(range, groups));

    /// <summary>The q with P(Q &lt;= q) = <paramref name="probability"/>, which lies between 0 and 1.</summary>
    public static double Quantile(double probability, int groups, double degrees = double.PositiveInfinity)
    {
        var wanted = Math.Log(probability < 0.5 ? probability : 1 - probability);
        return MonotoneRoot.FindPositive(q =>
            probability < 0.5
                ? wanted - Math.Log(Cdf(q, groups, degrees))
                : Math.Log(UpperTail(q, groups, degrees)) - wanted
        );
    }

    private static double OverScale(double q, double degrees, Func<double, double> ofRange)
    {
        if (double.IsPositiveInfinity(degrees))
        {
            return ofRange(q);
        }

        var density = Chi.LogDensityOfLog(degrees);
        return Trapezoid.IntegrateExponential(
            u => density(u) + Math.Log(ofRange(q * Math.Exp(u))),
            Chi.Spread(degrees)
        );
    }

    // k times the integral of density(z) [Phi(z) - Phi(z - q)]^(k-1): z is the largest of the k.
    private static double Lower(double q, int groups) =>
        Trapezoid.Integrate(
            z => groups * Normal.Density(z) * Math.Pow(Between(z - q, z), groups - 1),
            -9,
            Math.Min(q, 36) + 9
        );

    // The same integral with q infinite is 1; the difference of the two integrands is positive.
    private static double Upper(double q, int groups) =>
        q > 60
            ? 0
            : Trapezoid.Integrate(
                z =>
                    groups
                    * Normal.Density(z)
                    * Math.Exp((groups - 1) * Normal.LogCdf(z))
                    * -Elementary.ExpMinusOne((groups - 1) * Elementary.LogOnePlus(-Normal.Cdf(z - q) / Normal.Cdf(z))),
                -9,
                39
            );

    private static double Between(double low, double high) =>
        low > 0 ? Normal.UpperTail(low) - Normal.UpperTail(high) : Normal.Cdf(high) - Normal.Cdf(low);
}
