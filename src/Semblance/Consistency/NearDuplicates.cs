namespace Semblance.Consistency;

/// <summary>Two rows of one set that point almost the same way.</summary>
/// <param name="First">Index of the earlier row.</param>
/// <param name="Second">Index of the later row.</param>
/// <param name="Similarity">100 cos.</param>
public sealed record SimilarPair(int First, int Second, double Similarity);

/// <summary>Pairs of images of one set that are the same picture, or nearly.</summary>
public static class NearDuplicates
{
    /// <summary>
    /// 99.9 on the score's scale. The same picture twice gives 100 up to the rounding of float32 embeddings (1e-5); other
    /// seeds of one prompt, also of a very consistent model, stay well below.
    /// </summary>
    public const double DefaultThreshold = 99.9;

    /// <summary>All pairs at or above the threshold, by first, then second index.</summary>
    /// <param name="embeddings">[n, <paramref name="dimension"/>], of any length.</param>
    /// <param name="dimension">Length of an embedding.</param>
    /// <param name="threshold">Smallest 100 cos of a pair, above 0 and at most 100.</param>
    /// <param name="threads">0 for all cores.</param>
    /// <exception cref="EmbeddingException">A row that is zero, NaN or infinite.</exception>
    public static IReadOnlyList<SimilarPair> Of(
        ReadOnlySpan<float> embeddings,
        int dimension,
        double threshold = DefaultThreshold,
        int threads = 0
    )
    {
        _ = threads;
        var unit = ConsistencyScore.Normalise(embeddings, dimension);
        var found = new List<SimilarPair>();
        for (var i = 0; i < unit.Length; i++)
        {
            for (var j = i + 1; j < unit.Length; j++)
            {
                double cosine = 0;
                for (var k = 0; k < dimension; k++)
                {
                    cosine += unit[i][k] * unit[j][k];
                }

                if (100 * cosine >= threshold)
                {
                    found.Add(new SimilarPair(i, j, Math.Min(100 * cosine, 100)));
                }
            }
        }

        return found;
    }
}
