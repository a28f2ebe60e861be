namespace Semblance.Statistics.Distributions;

/// <summary>
/// Student's t distribution, degrees of freedom positive and not necessarily whole. Both tails are incomplete beta
/// functions (Abramowitz and Stegun 26.7.1); MathNet's upper tail is 1 - cdf, and its quantile ends at 1e-8.
/// </summary>
internal static class StudentT
{
    /// <summary>The chance P(T &lt;= t).</summary>
    public static double Cdf(double t, double degrees) => UpperTail(-t, degrees);

    /// <summary>P(T &gt; t), to full relative precision.</summary>
    public static double UpperTail(double t, double degrees)
    {
        if (double.IsNaN(t))
        {
            return double.NaN;
        }

        // x = degrees / (degrees + t^2) and y = t^2 / (degrees + t^2), in a form that does not overflow.
        var ratio = t / Math.Sqrt(degrees);
        var x = 1 / (1 + (ratio * ratio));
        var y = double.IsInfinity(ratio * ratio) ? 1 : ratio * ratio * x;
        var outside = IncompleteBeta.Tails(x, y, degrees / 2, 0.5).Lower / 2;
        return t >= 0 ? outside : 1 - outside;
    }

    /// <summary>The t with P(T &lt;= t) = <paramref name="probability"/>, infinite at 0 and 1.</summary>
    public static double Quantile(double probability, double degrees)
    {
        if (!(probability > 0 && probability < 1) || probability == 0.5)
        {
            return probability switch
            {
                0.5 => 0,
                0 => double.NegativeInfinity,
                1 => double.PositiveInfinity,
                _ => double.NaN,
            };
        }

        if (probability > 0.5)
        {
            return -Quantile(1 - probability, degrees);
        }

        var wanted = Math.Log(probability);
        return -MonotoneRoot.FindPositive(t => Math.Log(UpperTail(t, degrees)) - wanted);
    }
}
