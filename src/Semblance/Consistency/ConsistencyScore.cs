namespace Semblance.Consistency;

/// <summary>The Semantic Consistency Score of one set of embeddings and what belongs to it.</summary>
public static class ConsistencyScore
{
    /// <summary>Cosines that are less than this below 0 are taken for rounding and not counted as negative pairs.</summary>
    internal const double NegativeTolerance = 1e-9;

    /// <summary>Scores one set.</summary>
    /// <param name="embeddings">[n, <paramref name="dimension"/>], rows one after another, of any length (they are normalised in double).</param>
    /// <param name="dimension">Length of an embedding, at least 1.</param>
    /// <param name="options">What to compute; everything by default.</param>
    /// <exception cref="EmbeddingException">Fewer than two rows, or a row that is zero, NaN or infinite.</exception>
    public static SetConsistency Of(ReadOnlySpan<float> embeddings, int dimension, ScoreOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        options ??= new ScoreOptions();
        var n = embeddings.Length / dimension;
        if (embeddings.Length % dimension != 0)
        {
            throw new EmbeddingException(
                null,
                $"has {embeddings.Length} numbers, not a multiple of the dimension {dimension}"
            );
        }

        if (n < 2)
        {
            throw new EmbeddingException(null, $"has {n} row(s), but at least two images are needed for a score");
        }

        var unit = Normalise(embeddings, dimension);
        var perImage = new double[n];
        double total = 0,
            unclamped = 0,
            min = double.MaxValue,
            max = double.MinValue;
        long negative = 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++)
            {
                double cosine = 0;
                for (var k = 0; k < dimension; k++)
                {
                    cosine += unit[i][k] * unit[j][k];
                }

                var similarity = Math.Clamp(100 * cosine, 0, 100);
                negative += cosine < -NegativeTolerance ? 1 : 0;
                unclamped += 100 * cosine;
                total += similarity;
                perImage[i] += similarity / (n - 1);
                perImage[j] += similarity / (n - 1);
                min = Math.Min(min, similarity);
                max = Math.Max(max, similarity);
            }
        }

        var pairs = n * (n - 1.0) / 2;
        if (options.ScoreOnly)
        {
            return new SetConsistency(
                n,
                total / pairs,
                unclamped / pairs,
                [],
                -1,
                -1,
                null,
                null,
                null,
                null,
                negative
            );
        }

        double? error = null;
        if (n > 2)
        {
            var mean = perImage.Average();
            var squares = perImage.Sum(x => (x - mean) * (x - mean));
            error = Math.Sqrt((n - 1.0) / n * squares) * 2 / (n - 2);
        }

        var wide = n > options.PairLimit;
        return new SetConsistency(
            n,
            total / pairs,
            unclamped / pairs,
            perImage,
            Array.IndexOf(perImage, perImage.Max()),
            Array.IndexOf(perImage, perImage.Min()),
            wide ? null : min,
            wide ? null : max,
            error,
            null,
            negative
        );
    }

    internal static double[][] Normalise(ReadOnlySpan<float> embeddings, int dimension)
    {
        var unit = new double[embeddings.Length / dimension][];
        for (var i = 0; i < unit.Length; i++)
        {
            var row = new double[dimension];
            double squares = 0;
            for (var k = 0; k < dimension; k++)
            {
                row[k] = embeddings[(i * dimension) + k];
                squares += row[k] * row[k];
            }

            if (!double.IsFinite(squares))
            {
                throw new EmbeddingException(i, "is not finite (it holds NaN or infinity)");
            }

            if (squares == 0)
            {
                throw new EmbeddingException(i, "is all zeros and has no direction");
            }

            var norm = Math.Sqrt(squares);
            for (var k = 0; k < dimension; k++)
            {
                row[k] /= norm;
            }

            unit[i] = row;
        }

        return unit;
    }
}
