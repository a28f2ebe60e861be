using Semblance.Consistency.Kernels;

namespace Semblance.Consistency;

/// <summary>Two embeddings of one set that point almost the same way.</summary>
/// <param name="First">Index of the earlier row.</param>
/// <param name="Second">Index of the later row.</param>
/// <param name="Similarity">100 cos.</param>
public sealed record SimilarPair(int First, int Second, double Similarity);

/// <summary>Rows that pairs of near-duplicates join.</summary>
/// <param name="Rows">Indices, rising; two or more.</param>
/// <param name="Pairs">For each row that has a near-duplicate before it the most similar of these, by second index.</param>
/// <param name="Similarity">The weakest of the pairs that it takes to join them all, 100 cos.</param>
public sealed record SimilarGroup(IReadOnlyList<int> Rows, IReadOnlyList<SimilarPair> Pairs, double Similarity);

/// <summary>Images of one set that are the same image, or nearly.</summary>
public static class NearDuplicates
{
    /// <summary>
    /// 99.9 on the score's scale. The same image twice gives 100 up to the rounding of float32 embeddings (1e-5); other
    /// seeds of one prompt, also of a very consistent model, stay well below.
    /// </summary>
    public const double DefaultThreshold = 99.9;

    /// <summary>The groups that the pairs at or above the threshold join, by their first row.</summary>
    /// <param name="embeddings">[n, <paramref name="dimension"/>], of any length.</param>
    /// <param name="dimension">Length of an embedding.</param>
    /// <param name="threshold">Smallest 100 cos of a pair, above 0 and at most 100.</param>
    /// <param name="threads">0 for all cores; also when to end.</param>
    /// <exception cref="EmbeddingException">A row that is zero, NaN or infinite.</exception>
    public static unsafe IReadOnlyList<SimilarGroup> Of(
        ReadOnlySpan<float> embeddings,
        int dimension,
        double threshold = DefaultThreshold,
        Threads threads = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(threshold, 0);
        var n = EmbeddingRows.CountOf(embeddings.Length, dimension);
        if (n < 2)
        {
            return [];
        }

        fixed (float* data = embeddings)
        {
            return Of(new EmbeddingRows(data, n, dimension), threshold / 100, threads);
        }
    }

    private static IReadOnlyList<SimilarGroup> Of(EmbeddingRows rows, double threshold, Threads threads)
    {
        var n = rows.Count;
        var sum = UnitSum.Of(rows, testCone: false, threads);
        var angles = sum.Angles(rows, threads) ?? new double[n];

        // Rows that are near each other are about as far from any axis: in order of that angle, only a band is looked at.
        var reach = ConeTest.Angle(threshold) + (2 * ConeTest.AngleMargin);
        var order = ConeTest.WidestFirst(angles);
        var found = Enumerable.Range(0, PairTiles.Groups(n)).Select(_ => new SimilarPairs(n)).ToArray();
        PairTiles.Visit(
            rows,
            sum.Inverse,
            order,
            (_, rowEnd, column, _) => column < rowEnd || angles[order[rowEnd - 1]] - angles[order[column]] <= reach,
            threads,
            (group, tile) => Collect(tile, order, threshold, found[group])
        );
        return SimilarPairs.Groups(n, found);
    }

    private static unsafe void Collect(PairTile tile, int[] order, double threshold, SimilarPairs found)
    {
        for (var r = 0; r < tile.Rows; r++)
        {
            for (var c = tile.FirstColumn(r); c < tile.Columns; c++)
            {
                var cosine = tile.Cosines[(r * PairTiles.Side) + c];

                // Equal vectors must be found at a threshold of 100, whatever rounding does.
                if (cosine >= threshold - 1e-12)
                {
                    var (i, j) = (order[tile.Row + r], order[tile.Column + c]);
                    found.Add(new SimilarPair(Math.Min(i, j), Math.Max(i, j), Math.Min(100 * cosine, 100)));
                }
            }
        }
    }
}
