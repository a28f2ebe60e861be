namespace Semblance.Statistics;

/// <summary>How often y is greater than x.</summary>
/// <param name="Wins">Pairs with y above x.</param>
/// <param name="Losses">Pairs with y below x.</param>
/// <param name="Ties">Pairs with both the same.</param>
/// <param name="UnpairedProbability">
/// P(Y &gt; X) + P(Y = X) / 2 over all n^2 combinations, the pairing ignored: the common-language effect size of McGraw
/// and Wong (1992) as Vargha and Delaney (2000) count it.
/// </param>
public sealed record Superiority(int Wins, int Losses, int Ties, double UnpairedProbability)
{
    /// <summary>P(d &gt; 0) + P(d = 0) / 2 over pairs, in [0, 1].</summary>
    public double Probability => (Wins + (0.5 * Ties)) / (Wins + Losses + Ties);

    /// <summary>Wilson's interval of <see cref="Probability"/>, a tie as half a win.</summary>
    /// <param name="level">Between 0 and 1.</param>
    /// <exception cref="AssumptionException">OutOfRange.</exception>
    public Interval Interval(double level = 0.95) =>
        Proportion.Wilson(Wins + (0.5 * Ties), Wins + Losses + Ties, level);

    /// <summary>P(Y &gt; X) - P(Y &lt; X) over all combinations, in [-1, 1] (Cliff 1993).</summary>
    public double CliffsDelta => (2 * UnpairedProbability) - 1;

    /// <summary>How often y is above x, pair by pair and over all combinations.</summary>
    /// <exception cref="AssumptionException">Empty, LengthMismatch, NotFinite.</exception>
    public static Superiority Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var d = Sample.Differences(x, y);
        var sorted = x.ToArray();
        Array.Sort(sorted);
        var halves = 0L;
        foreach (var value in y)
        {
            // Twice for each x below the value, once for each x at it.
            halves += Ranks.CountBelow(sorted, value) + Ranks.CountBelow(sorted, Math.BitIncrement(value));
        }

        return new Superiority(
            d.Count(v => v > 0),
            d.Count(v => v < 0),
            d.Count(v => v == 0),
            halves / (2.0 * x.Length * y.Length)
        );
    }
}
