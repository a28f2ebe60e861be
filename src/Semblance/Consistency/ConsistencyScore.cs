using Semblance.Consistency.Kernels;

namespace Semblance.Consistency;

/// <summary>The Semantic Consistency Score of one set of embeddings and what belongs to it.</summary>
/// <remarks>
/// O(n d) by the closed form where no pair can be negative: every row within 45 degrees of one axis, or no negative
/// component. Otherwise the closed form is corrected by the negative pairs, which are looked for only among the rows whose
/// angles to the mean direction add up to more than 90 degrees; O(n^2 d) at worst. All arithmetic is in double; the result
/// does not depend on the number of threads, to the bit, nor on the order of the rows, to 1e-10.
/// </remarks>
public static class ConsistencyScore
{
    /// <summary>The score of one set, with what belongs to it.</summary>
    /// <param name="embeddings">[n, <paramref name="dimension"/>], rows one after another, of any length (they are normalised in double).</param>
    /// <param name="dimension">Length of an embedding, at least 1.</param>
    /// <param name="options">What to compute; everything by default.</param>
    /// <exception cref="EmbeddingException">Fewer than two rows, or a row that is zero, NaN or infinite.</exception>
    public static unsafe SetConsistency Of(ReadOnlySpan<float> embeddings, int dimension, ScoreOptions? options = null)
    {
        var n = EmbeddingRows.CountOf(embeddings.Length, dimension);
        if (n < 2)
        {
            throw EmbeddingException.TooFew(n);
        }

        fixed (float* data = embeddings)
        {
            return Of(new EmbeddingRows(data, n, dimension), options ?? new ScoreOptions());
        }
    }

    private static SetConsistency Of(EmbeddingRows rows, ScoreOptions options)
    {
        var n = rows.Count;
        var threads = options.Threads;

        // Each row with each other and with itself; n of these cosines are 1.
        var sum = UnitSum.Of(rows, options.ScoreOnly, threads);
        var ordered = n * (n - 1.0);
        var unclamped = (sum.SquaredLength - n) / ordered;
        if (options.ScoreOnly && sum.WithinCone)
        {
            return ScoreAlone(n, unclamped, unclamped, 0);
        }

        var dots = sum.Dots(rows, threads);
        var cosines = sum.Cosines(dots);
        var closed = (cosines is not null && ConeTest.Holds(cosines.Min(), 1e-9)) || rows.AreNonNegative();
        var everyPair = !options.ScoreOnly && n <= options.PairLimit;
        PairSums? pairs = null;
        if (everyPair || !closed)
        {
            // Where the rows cancel out there is no mean direction: any pair may be negative.
            var angles = everyPair || cosines is null ? null : Array.ConvertAll(cosines, ConeTest.Angle);

            // Where most pairs are negative the mean of the clamped cosines is nearer to 0 than to that of the cosines.
            pairs = PairSums.Of(rows, sum.Inverse, angles, Math.Max(0, unclamped), threads);
        }

        var clamped = pairs is null || closed ? unclamped : unclamped - (pairs.Negative.Sum() / ordered);
        var negative = closed ? 0 : pairs!.NegativePairs;
        if (options.ScoreOnly)
        {
            return ScoreAlone(n, clamped, unclamped, negative);
        }

        var perImage = new double[n];
        for (var i = 0; i < n; i++)
        {
            var others = dots[i] - 1 - (closed ? 0 : pairs!.Negative[i]);
            perImage[i] = OnScale(others / (n - 1));
        }

        return new SetConsistency(
            n,
            OnScale(clamped),
            Math.Clamp(100 * unclamped, -100, 100),
            perImage,
            FirstNear(perImage, perImage.Max()),
            FirstNear(perImage, perImage.Min()),
            everyPair ? OnScale(pairs!.Smallest) : null,
            everyPair ? OnScale(pairs!.Largest) : null,
            n > 2 ? Jackknife(perImage) : null,
            everyPair && n > 2 ? Spread(pairs!, ordered / 2) : null,
            negative
        );
    }

    private static SetConsistency ScoreAlone(int n, double clamped, double unclamped, long negative) =>
        new(n, OnScale(clamped), Math.Clamp(100 * unclamped, -100, 100), [], -1, -1, null, null, null, null, negative);

    /// <summary>100 cos, without what rounding leaves outside 0 to 100.</summary>
    private static double OnScale(double cosine) => Math.Clamp(100 * cosine, 0, 100);

    private static int FirstNear(double[] values, double extreme) =>
        Array.FindIndex(values, x => Math.Abs(x - extreme) <= 1e-9);

    /// <summary>
    /// Leaving image i out takes its n - 1 pairs away: theta_i = (T - R_i) / C(n-1, 2) with R_i = (n - 1) perImage[i], so
    /// the spread of theta is that of perImage times 2 / (n - 2).
    /// </summary>
    private static double Jackknife(double[] perImage)
    {
        var n = perImage.Length;
        var mean = perImage.Sum() / n;
        var squares = perImage.Sum(x => (x - mean) * (x - mean));
        return Math.Sqrt((n - 1.0) / n * squares) * 2 / (n - 2);
    }

    private static double Spread(PairSums pairs, double count)
    {
        var squares = pairs.SquaredDeviation - (pairs.Deviation * pairs.Deviation / count);
        return 100 * Math.Sqrt(Math.Max(0, squares) / (count - 1));
    }
}
