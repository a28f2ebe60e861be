namespace Semblance.Statistics.Distributions;

/// <summary>The law of the two-sided Kolmogorov-Smirnov statistic D of a sample from a known continuous distribution.</summary>
internal static class Kolmogorov
{
    /// <summary>P(D &lt;= d) for a sample of <paramref name="n"/>, d in [0, 1].</summary>
    public static double Cdf(double d, int n) => Tails(d, n).Lower;

    /// <summary>P(D &gt; d) for a sample of <paramref name="n"/>, d in [0, 1], to full relative precision.</summary>
    public static double UpperTail(double d, int n) => Tails(d, n).Upper;

    /// <summary>
    /// P(D+ &gt; d), one-sided: d sum over j of C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j), j/n at most 1 - d
    /// (Smirnov; Birnbaum and Tingey 1951). All terms are positive.
    /// </summary>
    private static double OneSidedUpperTail(double d, int n)
    {
        var sum = 0.0;
        var logChoose = 0.0;
        for (var j = 0; j <= n * (1 - d) && j < n; j++)
        {
            var rest = 1 - d - ((double)j / n);
            if (rest > 0)
            {
                sum += Math.Exp(logChoose + ((j - 1) * Math.Log(d + ((double)j / n))) + ((n - j) * Math.Log(rest)));
            }

            logChoose += Math.Log((double)(n - j) / (j + 1));
        }

        return Math.Min(1, d * sum);
    }

    // Where n d^2 > 4 both sides are crossed with a relative chance below e^-24: twice the one-sided tail is exact, and
    // keeps its digits. Below it the upper tail is above 6e-4, and 1 - cdf keeps them.
    private static (double Lower, double Upper) Tails(double d, int n)
    {
        if (d * n <= 0.5 || d >= 1)
        {
            return d >= 1 ? (1, 0) : (0, 1);
        }

        if (n * d * d > 4)
        {
            var upper = 2 * OneSidedUpperTail(d, n);
            return (1 - upper, upper);
        }

        var lower = BandCdf(d, n);
        return (lower, 1 - lower);
    }

    /// <summary>
    /// The chance that the count N(t) of n uniform values below t stays within n d of n t. It is that of a Poisson process
    /// of rate n, given that it ends at n; and only when an edge of the band passes a whole number can the process leave
    /// it, so its law is carried from one such time to the next. E. Khmaladze and E. Shinjikashvili, "Calculation of
    /// noncrossing probabilities for Poisson processes and its corollaries", Advances in Applied Probability 33 (2001).
    /// All terms are positive. O(n) steps over a band of 2 n d counts.
    /// </summary>
    private static double BandCdf(double d, int n)
    {
        var chance = new double[n + 1]; // of each count so far, without ever having left the band
        chance[0] = 1;
        var least = 0;
        var time = 0.0;

        // The lower edge, n (t - d), reaches "next" at next/n + d and then asks for a count above it; the upper edge,
        // n (t + d), lets no count reach "barred" before barred/n - d.
        var next = 0;
        var barred = (int)Math.Floor(n * d) + 1;
        var increments = new double[40];
        while (true)
        {
            var bottom = ((double)next / n) + d;
            var top = barred > n ? 1 : ((double)barred / n) - d;
            var until = Math.Min(1, Math.Min(bottom, top));
            var terms = Poisson(n * Math.Max(0, until - time), increments);
            for (var count = Math.Min(n, barred - 1); count >= least; count--)
            {
                var sum = 0.0;
                for (var k = Math.Min(terms - 1, count - least); k >= 0; k--)
                {
                    sum += increments[k] * chance[count - k];
                }

                chance[count] = sum;
            }

            time = until;
            if (until == 1)
            {
                return Math.Min(1, chance[n] * Math.Sqrt(2 * Math.PI * n) * Math.Exp(LogGamma.StirlingError(n)));
            }

            if (top <= bottom)
            {
                barred++;
            }
            else
            {
                chance[next] = 0;
                next++;
                least = next;
            }
        }
    }

    /// <summary>Chances of 0, 1, 2, ... events until they no longer matter, for a mean of at most about 1; returns how many.</summary>
    private static int Poisson(double mean, double[] chances)
    {
        var chance = Math.Exp(-mean);
        var k = 0;
        while (chance > 1e-20 && k < chances.Length)
        {
            chances[k] = chance;
            k++;
            chance *= mean / k;
        }

        return k;
    }
}
