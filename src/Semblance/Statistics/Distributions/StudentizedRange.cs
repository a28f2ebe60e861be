namespace Semblance.Statistics.Distributions;

/// <summary>
/// The range of k standard normal variables (Tukey). Lower and upper tail are separate integrals of positive functions, so
/// that an upper tail of 1e-10 keeps ten digits; 1 - cdf, as elsewhere, has none.
/// </summary>
internal static class StudentizedRange
{
    /// <summary>P(Q &lt;= q): k times the integral of density(z) [Phi(z) - Phi(z - q)]^(k-1), z the largest of the k.</summary>
    public static double Cdf(double q, int groups) =>
        q <= 0
            ? 0
            : Trapezoid.Integrate(
                z => groups * Normal.Density(z) * Math.Pow(Between(z - q, z), groups - 1),
                -9,
                Math.Min(q, 36) + 9
            );

    /// <summary>
    /// P(Q &gt; q), to full relative precision: the integral with q infinite is 1, and the difference of the two integrands
    /// is positive.
    /// </summary>
    public static double UpperTail(double q, int groups) =>
        q is <= 0 or > 60
            ? (q <= 0 ? 1 : 0)
            : Trapezoid.Integrate(
                z =>
                    groups
                    * Normal.Density(z)
                    * Math.Exp((groups - 1) * Normal.LogCdf(z))
                    * -Elementary.ExpMinusOne((groups - 1) * Elementary.LogOnePlus(-Normal.Cdf(z - q) / Normal.Cdf(z))),
                -9,
                39
            );

    /// <summary>The q with P(Q &lt;= q) = <paramref name="probability"/>, which lies between 0 and 1.</summary>
    public static double Quantile(double probability, int groups)
    {
        var wanted = Math.Log(probability < 0.5 ? probability : 1 - probability);
        return MonotoneRoot.FindPositive(q =>
            probability < 0.5 ? wanted - Math.Log(Cdf(q, groups)) : Math.Log(UpperTail(q, groups)) - wanted
        );
    }

    private static double Between(double low, double high) =>
        low > 0 ? Normal.UpperTail(low) - Normal.UpperTail(high) : Normal.Cdf(high) - Normal.Cdf(low);
}
