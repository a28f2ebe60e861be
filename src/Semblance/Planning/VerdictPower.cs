using Semblance.Comparison;
using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Planning;

/// <summary>The chance of the answer that is really given, for normal differences.</summary>
internal static class VerdictPower
{
    // Correlation of the signed-rank statistic with the mean, and the ratio of their deviates, for normal differences: the root
    // of the asymptotic relative efficiency 3 / pi.
    private static readonly double Correlation = Math.Sqrt(3 / Math.PI);

    /// <summary>
    /// That <c>compare</c> calls the model with the higher true mean more consistent, which takes both a small signed-rank p and an
    /// interval of the mean that leaves out 0. Each has the power of Student's test, signed ranks at a noncentrality that is
    /// sqrt(3 / pi) times as large; together they are two normal numbers that correlate by sqrt(3 / pi).
    /// </summary>
    /// <param name="noncentrality">True difference over its standard error; its sign does not matter.</param>
    /// <param name="degrees">Degrees of freedom of that error.</param>
    /// <param name="units">Prompts, or clusters: signed ranks of five or fewer cannot be significant at 0.05.</param>
    /// <param name="alpha">Two-sided.</param>
    public static double OfComparison(double noncentrality, double degrees, double units, double alpha)
    {
        if (units < WilcoxonSignedRank.FewestPairs(alpha / 2))
        {
            return 0;
        }

        var size = Math.Abs(noncentrality);
        var byMean = Power.OfStudent(size, degrees, alpha / 2, Alternative.Greater);
        var byRanks = Power.OfStudent(size * Correlation, degrees, alpha / 2, Alternative.Greater);
        return Both(byMean, byRanks);
    }

    /// <summary>That a gate passes by Student's limits.</summary>
    /// <param name="difference">The true difference, candidate - baseline.</param>
    /// <param name="error">Its standard error.</param>
    /// <param name="degrees">Degrees of freedom of that error.</param>
    /// <param name="units">Prompts, or clusters.</param>
    /// <param name="gate">Claim, margin and alpha.</param>
    public static double OfGate(double difference, double error, double degrees, double units, GateOptions gate)
    {
        if (units < GatePrompts.Fewest(gate.Alpha))
        {
            return 0;
        }

        double Above(double margin) =>
            Power.OfStudent((difference - margin) / error, degrees, gate.Alpha, Alternative.Greater);
        double Below(double margin) =>
            Power.OfStudent((difference - margin) / error, degrees, gate.Alpha, Alternative.Less);
        return gate.Claim switch
        {
            GateClaim.NonInferiority => Above(-gate.Margin),
            GateClaim.Superiority => Above(gate.Margin),
            GateClaim.Variety => Below(gate.Margin),

            // Both of two tests: at least 1 less the chances that either fails.
            _ => Math.Max(0, Above(-gate.Margin) + Below(gate.Margin) - 1),
        };
    }

    /// <summary>The chance of two events, each that a standard normal number is below its quantile, which correlate.</summary>
    private static double Both(double first, double second)
    {
        const int Steps = 400;
        const double From = -8;
        const double Sure = 1 - 1e-12;
        if (first is < 1e-12 or > Sure || second is < 1e-12 or > Sure)
        {
            return Math.Min(first, second);
        }

        var (to, limit) = (Normal.Quantile(first), Normal.Quantile(second));
        var rest = Math.Sqrt(1 - (Correlation * Correlation));
        var step = (to - From) / Steps;
        var sum = 0.0;
        for (var i = 0; i <= Steps; i++)
        {
            // Simpson's rule.
            var weight =
                i is 0 or Steps ? 1
                : i % 2 == 1 ? 4
                : 2;
            var x = From + (i * step);
            sum += weight * Normal.Density(x) * Normal.Cdf((limit - (Correlation * x)) / rest);
        }

        return sum * step / 3;
    }
}
