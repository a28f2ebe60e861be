using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// At which level each look has to be made so that a claim that is false at its margin passes at any of them with a chance
/// of at most alpha. A look that is repeated at alpha itself passes it at 12.6% after five looks (docs/statistics.md).
/// </summary>
public static class RepeatedLooks
{
    /// <summary>The number of units (prompts or clusters) at which an anytime limit is nearest to that of a single look.</summary>
    public const int TightestAt = 50;

    /// <summary>More looks than this are as good as any number: look at any time.</summary>
    public const int MostLooks = 50;

    // Grid of the partial sums; their increments have standard deviation 1.
    private const double Step = 0.08;

    private const double Far = 6;

    /// <summary>
    /// The level of one look among <paramref name="looks"/>, the same for all of them, at evenly spaced numbers of units
    /// (S. J. Pocock, "Group sequential methods in the design and analysis of clinical trials", Biometrika 64 (1977)): the
    /// upper tail of the c with P(max_k S_k / sqrt(k) &gt; c) = alpha, S_k sums of k standard normal numbers. The chance is
    /// found by recursion over the looks (P. Armitage, C. K. McPherson and B. C. Rowe 1969), on a grid.
    /// </summary>
    /// <param name="looks">At most this many, 1 to <see cref="MostLooks"/>.</param>
    /// <param name="alpha">One-sided, between 0 and 0.5.</param>
    /// <exception cref="AssumptionException">OutOfRange.</exception>
    public static double Pocock(int looks, double alpha)
    {
        AssumptionException.ThrowUnless(
            looks is >= 1 and <= MostLooks,
            Assumption.OutOfRange,
            $"The number of looks must lie between 1 and {MostLooks}, and is {looks}."
        );
        RequireAlpha(alpha);
        if (looks == 1)
        {
            return alpha;
        }

        // Between one look's limit and that of independent looks.
        var (low, high) = (Normal.Quantile(1 - alpha), Normal.Quantile(Math.Pow(1 - alpha, 1.0 / looks)));
        for (var i = 0; i < 18; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Crossing(looks, middle) > alpha ? (middle, high) : (low, middle);
        }

        return Normal.UpperTail(high);
    }

    /// <summary>
    /// The level of a look after any number of units, whenever and however often it is made: the one-sided asymptotic
    /// confidence sequence of I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy and A. Ramdas (arXiv 2103.06476), whose
    /// limit lies b standard errors from the mean of t units with
    /// b^2 = 2 (t rho^2 + 1) / (t rho^2) log(1 + sqrt(t rho^2 + 1) / (2 alpha)). It is a boundary for a Brownian motion; for few
    /// units, whose standard deviation is estimated, the caller takes Student's quantile at the same tail.
    /// </summary>
    /// <param name="units">Prompts or clusters so far, t.</param>
    /// <param name="alpha">One-sided, between 0 and 0.5.</param>
    /// <exception cref="AssumptionException">OutOfRange.</exception>
    public static double Anytime(int units, double alpha)
    {
        AssumptionException.ThrowUnless(
            units >= 1,
            Assumption.OutOfRange,
            $"A look needs at least one unit, and there are {units}."
        );
        RequireAlpha(alpha);
        var twice = -2 * Math.Log(2 * alpha);
        var information = units * Math.Max(0.5, twice + Math.Log(twice) + 1) / TightestAt;
        var square = 2 * (information + 1) / information * Math.Log(1 + (Math.Sqrt(information + 1) / (2 * alpha)));
        return Normal.UpperTail(Math.Sqrt(square));
    }

    /// <summary>P(S_k &gt; c sqrt(k) for some k up to <paramref name="looks"/>).</summary>
    private static double Crossing(int looks, double c)
    {
        // Densities of sums that have not crossed, from the limit downwards: half a step of weight at the limit.
        var size = (int)Math.Ceiling(Far * Math.Sqrt(looks) / Step);
        var density = new double[size];
        var (top, crossed) = (c, Normal.UpperTail(c));
        for (var i = 0; i < size; i++)
        {
            density[i] = Normal.Density(top - (i * Step));
        }

        for (var look = 2; look <= looks; look++)
        {
            var limit = c * Math.Sqrt(look);
            var next = new double[size];
            for (var i = 0; i < size; i++)
            {
                var weight = density[i] * Step * (i == 0 ? 0.5 : 1);
                if (weight < 1e-12)
                {
                    continue;
                }

                var below = limit - (top - (i * Step));
                crossed += weight * Normal.UpperTail(below);
                var to = Math.Min(size - 1, (int)((below + Far) / Step));
                for (var j = Math.Max(0, (int)((below - Far) / Step)); j <= to; j++)
                {
                    next[j] += weight * Normal.Density(below - (j * Step));
                }
            }

            (density, top) = (next, limit);
        }

        return crossed;
    }

    private static void RequireAlpha(double alpha) =>
        AssumptionException.ThrowUnless(
            alpha is > 0 and < 0.5,
            Assumption.OutOfRange,
            $"Alpha must lie between 0 and 0.5, and is {alpha}."
        );
}
