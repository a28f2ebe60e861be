namespace Semblance.Statistics.Distributions;

/// <summary>The number of successes in n independent trials (Abramowitz and Stegun 26.5.24).</summary>
internal static class Binomial
{
    /// <summary>The chance P(X &lt;= k).</summary>
    public static double Cdf(int k, int trials, double probability) => Tails(k, trials, probability).Lower;

    /// <summary>P(X &gt; k), to full relative precision.</summary>
    public static double UpperTail(int k, int trials, double probability) => Tails(k, trials, probability).Upper;

    private static (double Lower, double Upper) Tails(int k, int trials, double probability)
    {
        if (k < 0 || k >= trials)
        {
            return k < 0 ? (0, 1) : (1, 0);
        }

        var (upper, lower) = IncompleteBeta.Tails(probability, 1 - probability, k + 1.0, trials - k);
        return (lower, upper);
    }
}
