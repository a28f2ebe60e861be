using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// Nemenyi's comparison of all pairs of models after the Friedman test: average ranks that differ by at least the critical
/// difference differ significantly, with the familywise error held.
/// </summary>
/// <remarks>
/// P. B. Nemenyi, "Distribution-free multiple comparisons" (1963); J. Demsar, "Statistical comparisons of classifiers over
/// multiple data sets", Journal of Machine Learning Research 7 (2006), section 3.2.2. No correction for ties.
/// </remarks>
/// <param name="AverageRanks">Mean rank of each model, 1 for the smallest score of a prompt.</param>
/// <param name="Prompts">Number of prompts, n.</param>
public sealed record Nemenyi(double[] AverageRanks, int Prompts)
{
    /// <summary>Standard error of the difference of two average ranks over sqrt 2, sqrt(k (k + 1) / 12 n).</summary>
    private double Scale => Math.Sqrt(AverageRanks.Length * (AverageRanks.Length + 1.0) / (12.0 * Prompts));

    /// <summary>Compares the scores of several models on the same prompts.</summary>
    /// <param name="scores">As <see cref="Friedman.Of"/> takes them.</param>
    /// <exception cref="AssumptionException">As <see cref="Friedman.Of"/>.</exception>
    public static Nemenyi Of(IReadOnlyList<double[]> scores) => Of(Friedman.Of(scores));

    /// <summary>Compares models whose ranks are known.</summary>
    public static Nemenyi Of(Friedman ranks)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        return new(ranks.AverageRanks, ranks.Prompts);
    }

    /// <summary>
    /// How far apart two average ranks must be: q(1 - alpha; k, infinity) / sqrt 2 * sqrt(k (k + 1) / 6 n).
    /// </summary>
    /// <param name="alpha">Familywise error, between 0 and 1.</param>
    /// <exception cref="AssumptionException">OutOfRange.</exception>
    public double CriticalDifference(double alpha = 0.05)
    {
        Sample.RequireFraction(alpha, "The familywise error");
        return StudentizedRange.Quantile(1 - alpha, AverageRanks.Length) * Scale;
    }

    /// <summary>Average rank of the second model less that of the first.</summary>
    public double RankDifference(int first, int second) => AverageRanks[second] - AverageRanks[first];

    /// <summary>The smallest familywise error at which the two models differ.</summary>
    public double PValue(int first, int second) =>
        StudentizedRange.UpperTail(Math.Abs(RankDifference(first, second)) / Scale, AverageRanks.Length);
}
