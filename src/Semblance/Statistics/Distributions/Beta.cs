namespace Semblance.Statistics.Distributions;

/// <summary>The beta distribution on [0, 1], both parameters positive.</summary>
internal static class Beta
{
    /// <summary>The chance P(X &lt;= x).</summary>
    public static double Cdf(double x, double a, double b) => IncompleteBeta.Tails(x, 1 - x, a, b).Lower;

    /// <summary>P(X &gt; x), to full relative precision.</summary>
    public static double UpperTail(double x, double a, double b) => IncompleteBeta.Tails(x, 1 - x, a, b).Upper;

    /// <summary>The x with P(X &lt;= x) = <paramref name="probability"/>, which lies in [0, 1].</summary>
    public static double Quantile(double probability, double a, double b)
    {
        if (probability is <= 0 or >= 1)
        {
            return probability <= 0 ? 0 : 1;
        }

        // Searched on the scale of ln(x / (1 - x)), where both ends have room, by the smaller of the two tails.
        var wanted = probability <= 0.5 ? Math.Log(probability) : Math.Log(1 - probability);
        var logit = MonotoneRoot.Find(
            u =>
            {
                var (lower, upper) = IncompleteBeta.Tails(1 / (1 + Math.Exp(-u)), 1 / (1 + Math.Exp(u)), a, b);
                return probability <= 0.5
                    ? Math.Log(Math.Max(lower, double.Epsilon)) - wanted
                    : wanted - Math.Log(Math.Max(upper, double.Epsilon));
            },
            -709,
            709
        );
        return 1 / (1 + Math.Exp(-logit));
    }
}
