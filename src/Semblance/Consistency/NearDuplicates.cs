using Semblance.Consistency.Kernels;

namespace Semblance.Consistency;

/// <summary>Two embeddings of one set that point almost the same way.</summary>
/// <param name="First">Index of the earlier row.</param>
/// <param name="Second">Index of the later row.</param>
/// <param name="Similarity">100 cos.</param>
public sealed record SimilarPair(int First, int Second, double Similarity);

/// <summary>Pairs of images of one set that are the same image, or nearly.</summary>
public static class NearDuplicates
{
    /// <summary>
    /// 99.9 on the score's scale. The same image twice gives 100 up to the rounding of float32 embeddings (1e-5); other
    /// seeds of one prompt, also of a very consistent model, stay well below.
    /// </summary>
    public const double DefaultThreshold = 99.9;

    /// <summary>All pairs at or above the threshold, by first, then second index.</summary>
    /// <param name="embeddings">[n, <paramref name="dimension"/>], of any length.</param>
    /// <param name="dimension">Length of an embedding.</param>
    /// <param name="threshold">Smallest 100 cos of a pair, above 0 and at most 100.</param>
    /// <param name="threads">0 for all cores; also when to end.</param>
    /// <exception cref="EmbeddingException">A row that is zero, NaN or infinite.</exception>
    public static unsafe IReadOnlyList<SimilarPair> Of(
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

    private static List<SimilarPair> Of(EmbeddingRows rows, double threshold, Threads threads)
    {
        var n = rows.Count;
        var sum = UnitSum.Of(rows, testCone: false, threads);
        var angles = sum.Angles(rows, threads) ?? new double[n];

        // Rows that are near each other are about as far from any axis: in order of that angle, only a band is looked at.
        var reach = ConeTest.Angle(threshold) + (2 * ConeTest.AngleMargin);
        var order = ConeTest.WidestFirst(angles);
        var found = Enumerable.Range(0, PairTiles.Groups(n)).Select(_ => new List<SimilarPair>()).ToArray();
        PairTiles.Visit(
            rows,
            sum.Inverse,
            order,
            (_, rowEnd, column, _) => column < rowEnd || angles[order[rowEnd - 1]] - angles[order[column]] <= reach,
            threads,
            (group, tile) => Collect(tile, order, threshold, found[group])
        );
        return [.. found.SelectMany(x => x).OrderBy(x => x.First).ThenBy(x => x.Second)];
    }

    private static unsafe void Collect(PairTile tile, int[] order, double threshold, List<SimilarPair> found)
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
