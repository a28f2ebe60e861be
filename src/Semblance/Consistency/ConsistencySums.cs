using Semblance.Consistency.Kernels;

namespace Semblance.Consistency;

/// <summary>
/// What one part of a set adds to the closed form of its score. Parts may be summed on different machines and merged in
/// any order; the mean of all pairs is then exact (to rounding), and often the clamped score too.
/// </summary>
public sealed record ConsistencySums
{
    private readonly double[] _sum;

    // Every vector lies within this angle (radians) of the sum.
    private readonly double _widest;
    private readonly bool _nonNegative;

    private ConsistencySums(long images, double[] sum, double widest, bool nonNegative) =>
        (Images, _sum, _widest, _nonNegative) = (images, sum, widest, nonNegative);

    /// <summary>How many images were added, n.</summary>
    public long Images { get; }

    /// <summary>Length of an embedding, d.</summary>
    public int Dimension => _sum.Length;

    /// <summary>Sum of the unit vectors, [d].</summary>
    public ReadOnlyMemory<double> Sum => _sum;

    /// <summary>
    /// Whether it is known that no pair is negative, so that <see cref="Unclamped"/> is the score. It is never wrongly true, but may
    /// be false for a merged set, whose angles are only bounded, where it is true for the set as a whole.
    /// </summary>
    public bool NoPairIsNegative => _nonNegative || ConeTest.Holds(Math.Cos(_widest), 1e-9);

    /// <summary>Mean of 100 cos over the pairs, -100 to 100.</summary>
    /// <exception cref="EmbeddingException">Fewer than two images.</exception>
    public double Unclamped =>
        Images < 2
            ? throw EmbeddingException.TooFew(Images)
            : Math.Clamp(100 * (SquaredLength(_sum) - Images) / (Images * (Images - 1.0)), -100, 100);

    /// <summary>The Semantic Consistency Score, 0 to 100; null if the sums are not enough, since pairs may be negative.</summary>
    /// <exception cref="EmbeddingException">Fewer than two images.</exception>
    public double? Scs => NoPairIsNegative ? Math.Max(0, Unclamped) : null;

    /// <summary>Sums one part of a set.</summary>
    /// <param name="embeddings">[n, <paramref name="dimension"/>], of any length; n may be 0.</param>
    /// <param name="dimension">Length of an embedding, at least 1.</param>
    /// <param name="threads">0 for all cores; also when to end.</param>
    /// <exception cref="EmbeddingException">A row is zero, NaN or infinite.</exception>
    public static unsafe ConsistencySums Of(ReadOnlySpan<float> embeddings, int dimension, Threads threads = default)
    {
        var n = EmbeddingRows.CountOf(embeddings.Length, dimension);
        if (n == 0)
        {
            return new ConsistencySums(0, new double[dimension], 0, true);
        }

        fixed (float* data = embeddings)
        {
            var rows = new EmbeddingRows(data, n, dimension);
            var unit = UnitSum.Of(rows, testCone: false, threads);
            var widest = unit.Angles(rows, threads)?.Max() ?? Math.PI;
            return new ConsistencySums(n, unit.Sum, widest, rows.AreNonNegative());
        }
    }

    /// <summary>The sums of this part and more rows.</summary>
    /// <param name="embeddings">[n, <see cref="Dimension"/>].</param>
    /// <exception cref="EmbeddingException">A row is zero, NaN or infinite.</exception>
    public ConsistencySums Add(ReadOnlySpan<float> embeddings) => Merge(Of(embeddings, Dimension));

    /// <summary>The sums of both parts together.</summary>
    /// <param name="other">A part of the same dimension that shares no image with this one.</param>
    /// <exception cref="InputException">The dimensions differ.</exception>
    public ConsistencySums Merge(ConsistencySums other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Dimension != Dimension)
        {
            throw new InputException(
                $"Embeddings of {Dimension} and {other.Dimension} numbers cannot be put together; use one encoder for all."
            );
        }

        if (Images == 0 || other.Images == 0)
        {
            return Images == 0 ? other : this;
        }

        var total = new double[Dimension];
        for (var k = 0; k < total.Length; k++)
        {
            total[k] = _sum[k] + other._sum[k];
        }

        // Angles on the sphere obey the triangle inequality: no vector is further from the new axis than over the old one.
        var bound = Math.Max(_widest + Between(_sum, total), other._widest + Between(other._sum, total));
        return new ConsistencySums(
            Images + other.Images,
            total,
            Math.Min(bound, Math.PI),
            _nonNegative && other._nonNegative
        );
    }

    private static double Between(double[] a, double[] b)
    {
        var lengths = Math.Sqrt(SquaredLength(a) * SquaredLength(b));
        return lengths > 1e-6 ? ConeTest.Angle(a.Zip(b, (x, y) => x * y).Sum() / lengths) : Math.PI;
    }

    private static double SquaredLength(double[] vector) => vector.Sum(x => x * x);
}
