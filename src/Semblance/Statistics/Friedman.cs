using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The Friedman test: do three or more models rank alike over the prompts? Corrected for ties, with the less conservative
/// form of Iman and Davenport and Kendall's coefficient of concordance.
/// </summary>
/// <remarks>
/// M. Friedman, "The use of ranks to avoid the assumption of normality implicit in the analysis of variance", JASA 32
/// (1937); R. L. Iman and J. M. Davenport, "Approximations of the critical region of the Friedman statistic",
/// Communications in Statistics A9 (1980); M. G. Kendall and B. Babington Smith, "The problem of m rankings", Annals of
/// Mathematical Statistics 10 (1939).
/// </remarks>
/// <param name="Prompts">Number of rows, n.</param>
/// <param name="AverageRanks">Mean rank of each model, 1 for the smallest score of a prompt.</param>
/// <param name="ChiSquare">Chi squared, k - 1 degrees of freedom.</param>
/// <param name="DegreesOfFreedom">k - 1.</param>
/// <param name="PChiSquare">Upper tail of chi squared.</param>
/// <param name="KendallsW">chi squared / (n (k - 1)), 0 to 1: how far the prompts agree about the order.</param>
/// <param name="F">(n - 1) chi squared / (n (k - 1) - chi squared); infinite where all prompts agree.</param>
/// <param name="FDegreesOfFreedom">(k - 1)(n - 1), the second degrees of freedom of F; the first are k - 1.</param>
/// <param name="PF">Upper tail of F; 0 where that is infinite.</param>
/// <param name="LeastP">
/// Below this no test of these ranks can have its p: the chance that all prompts rank the models alike if each orders them
/// at random, 1 / k!^(n - 1) without ties, exact for prompts that do.
/// </param>
public sealed record Friedman(
    int Prompts,
    double[] AverageRanks,
    double ChiSquare,
    int DegreesOfFreedom,
    double PChiSquare,
    double KendallsW,
    double F,
    int FDegreesOfFreedom,
    double PF,
    double LeastP
)
{
    /// <summary>Tests the scores of several models on the same prompts.</summary>
    /// <param name="scores">[n][k]: one row of k scores, at least three, for each of at least two prompts.</param>
    /// <exception cref="AssumptionException">
    /// Empty, NotFinite, LengthMismatch (rows of different lengths), TooFew, or NoVariation where no prompt gives any two
    /// models different scores.
    /// </exception>
    public static Friedman Of(IReadOnlyList<double[]> scores)
    {
        Require(scores);
        var n = scores.Count;
        var k = scores[0].Length;

        // Ranks are whole or half numbers: twice the sums are whole, and so exact.
        var doubled = new long[k];
        var (squares, ties) = (0.0, 0.0);

        // Logarithms of how many orders a prompt's ranks have. Renaming the models of all prompts together changes no
        // statistic, so that as many arrangements are as extreme as the observed one as the freest prompt has orders.
        var (orders, freest) = (0.0, 0.0);
        foreach (var row in scores)
        {
            var ranks = Ranks.Of(row, out var tied);
            ties += tied;
            var own = LogOrders(ranks);
            orders += own;
            freest = Math.Max(freest, own);
            for (var j = 0; j < k; j++)
            {
                doubled[j] += (long)(2 * ranks[j]);
            }
        }

        foreach (var sum in doubled)
        {
            double off = sum - ((long)n * (k + 1));
            squares += off * off / 4;
        }

        // Without ties n k (k + 1) / 12 is the variance of a rank sum times k / (k - 1).
        var spread = ((double)n * k * ((k * k) - 1)) - ties;
        AssumptionException.ThrowUnless(
            spread != 0,
            Assumption.NoVariation,
            $"No prompt gives any two models different scores, so there is nothing to rank."
        );
        var most = (double)n * (k - 1);
        var chi = 12 * (k - 1) * squares / spread;
        var perfect = 12 * squares == n * spread;
        var f = perfect ? double.PositiveInfinity : (n - 1) * chi / (most - chi);
        var df2 = (k - 1) * (n - 1);
        return new Friedman(
            n,
            Array.ConvertAll(doubled, sum => sum / (2.0 * n)),
            chi,
            k - 1,
            ChiSquared.UpperTail(chi, k - 1),
            chi / most,
            f,
            df2,
            perfect ? 0 : FisherF.UpperTail(f, k - 1, df2),
            Math.Exp(freest - orders)
        );
    }

    /// <summary>log of k! over the factorials of the numbers of models that share a rank.</summary>
    private static double LogOrders(double[] ranks) =>
        LogGamma.Of(ranks.Length + 1.0) - ranks.GroupBy(rank => rank).Sum(group => LogGamma.Of(group.Count() + 1.0));

    private static void Require(IReadOnlyList<double[]> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        AssumptionException.ThrowUnless(
            scores.Count > 0,
            Assumption.Empty,
            $"There are no prompts to rank the models on."
        );
        var k = scores[0].Length;
        for (var i = 0; i < scores.Count; i++)
        {
            AssumptionException.ThrowUnless(
                scores[i].Length == k,
                Assumption.LengthMismatch,
                $"Each prompt needs one score per model, and prompt {i + 1} has {scores[i].Length} where prompt 1 has {k}."
            );
            Sample.Require(scores[i]);
        }

        AssumptionException.ThrowUnless(
            k >= 3 && scores.Count >= 2,
            Assumption.TooFew,
            $"Ranking models needs at least 3 models and 2 prompts, and there are {k} and {scores.Count}."
        );
    }
}
