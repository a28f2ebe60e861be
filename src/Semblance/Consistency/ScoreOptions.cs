namespace Semblance.Consistency;

/// <summary>What to compute of a set, and with how many threads.</summary>
public sealed record ScoreOptions
{
    /// <summary>
    /// Only the score, the unclamped mean and the number of negative pairs: one pass over the memory where no pair can be
    /// negative. Everything else of <see cref="SetConsistency"/> is left out.
    /// </summary>
    public bool ScoreOnly { get; init; }

    /// <summary>Threads to use, 0 for all cores, and when to end. The result does not depend on it, to the bit.</summary>
    public Threads Threads { get; init; }

    /// <summary>
    /// Up to this many images the smallest and largest pair and the spread of the pairs are found, which costs
    /// O(n^2 d): about 3 s for 20,000 x 512 on two cores. 0 leaves them out always.
    /// </summary>
    public int PairLimit { get; init; } = 20_000;
}
