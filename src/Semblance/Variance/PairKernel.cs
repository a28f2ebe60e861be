using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Semblance.Statistics;

namespace Semblance.Variance;

/// <summary>
/// The similarities of all pairs of n images, k(i, j) = k(j, i), whose mean over i &lt; j is a score; or the difference of
/// two such kernels (<see cref="Minus"/>). The diagonal is not used.
/// </summary>
/// <remarks>
/// R_i is the sum of row i, Q the sum of k^2 over ordered pairs, both after the mean is subtracted: the components do not
/// change with a shift, and near 100 the raw sums would lose six digits.
/// </remarks>
public sealed class PairKernel
{
    private readonly double[] _deviations;
    private readonly double[] _rowSums;

    private PairKernel(int images, double[] values)
    {
        Images = images;
        var pairs = images * (images - 1.0) / 2;
        var sum = 0.0;
        for (var i = 0; i < images; i++)
        {
            sum += RowSum(values, images, i + 1, i);
        }

        Mean = sum / pairs;
        _deviations = values;
        for (var i = 0; i < values.Length; i++)
        {
            _deviations[i] -= Mean;
        }

        // What rounding left in the mean is taken out of the sums as well.
        _rowSums = new double[images];
        for (var i = 0; i < images; i++)
        {
            _deviations[(i * images) + i] = 0;
            _rowSums[i] = RowSum(_deviations, images, 0, i);
        }
    }

    /// <summary>How many images, n, at least 2.</summary>
    public int Images { get; }

    /// <summary>The score: mean over the n (n - 1) / 2 pairs.</summary>
    public double Mean { get; }

    /// <summary>A matrix of similarities, [n][n].</summary>
    /// <exception cref="AssumptionException">TooFew: one image; LengthMismatch: not square; NotFinite; OutOfRange: not symmetric.</exception>
    public static PairKernel Of(IReadOnlyList<IReadOnlyList<double>> similarities)
    {
        ArgumentNullException.ThrowIfNull(similarities);
        var n = similarities.Count;
        for (var i = 0; i < n; i++)
        {
            AssumptionException.ThrowUnless(
                similarities[i].Count == n,
                Assumption.LengthMismatch,
                $"Row {i + 1} of the similarity matrix has {similarities[i].Count} values, not the {n} of a square."
            );
        }

        RequirePairs(n);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (below, above) = (similarities[i][j], similarities[j][i]);
                AssumptionException.ThrowUnless(
                    double.IsFinite(below) && double.IsFinite(above),
                    Assumption.NotFinite,
                    $"The similarity of images {j + 1} and {i + 1} is not a finite number."
                );
                AssumptionException.ThrowUnless(
                    Math.Abs(below - above) <= 1e-9 * Math.Max(1, Math.Abs(above)),
                    Assumption.OutOfRange,
                    $"The similarity of images {j + 1} and {i + 1} is {above} one way and {below} the other: the matrix must be symmetric."
                );
            }
        }

        return new PairKernel(n, [.. similarities.SelectMany(row => row)]);
    }

    /// <summary>The score's own kernel, max(100 cos, 0), of one set of embeddings: O(n^2 d), in double.</summary>
    /// <param name="embeddings">[n, <paramref name="dimension"/>], rows one after another, of any length.</param>
    /// <param name="dimension">Length of an embedding.</param>
    /// <exception cref="AssumptionException">TooFew, LengthMismatch, NotFinite; Undefined: a row of zeros.</exception>
    public static PairKernel OfEmbeddings(ReadOnlySpan<float> embeddings, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        AssumptionException.ThrowUnless(
            embeddings.Length % dimension == 0,
            Assumption.LengthMismatch,
            $"{embeddings.Length} numbers are not a whole number of embeddings of {dimension}."
        );
        var n = embeddings.Length / dimension;
        RequirePairs(n);
        // Thousands of sets would each leave large objects behind.
        var buffer = ArrayPool<double>.Shared.Rent(embeddings.Length);
        var unit = buffer.AsSpan(0, embeddings.Length);
        for (var i = 0; i < n; i++)
        {
            Normalise(embeddings.Slice(i * dimension, dimension), unit.Slice(i * dimension, dimension), i);
        }

        var values = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            var first = unit.Slice(i * dimension, dimension);
            for (var j = 0; j < i; j++)
            {
                var cosine = Dot(first, unit.Slice(j * dimension, dimension));
                values[(i * n) + j] = values[(j * n) + i] = Math.Max(100 * cosine, 0);
            }
        }

        ArrayPool<double>.Shared.Return(buffer);
        return new PairKernel(n, values);
    }

    /// <summary>
    /// The kernel of a difference of two scores over common seeds, this - <paramref name="first"/>; image i of both comes
    /// from the same seed.
    /// </summary>
    /// <remarks>
    /// Let the seeds s_1 ... s_n be independent draws, X_i and Y_i the images that two models make from s_i, and U_A, U_B
    /// the means of k(X_i, X_j) and k(Y_i, Y_j) over i &lt; j. Then U_B - U_A is the mean over the same pairs of
    /// h(Z_i, Z_j) = k(Y_i, Y_j) - k(X_i, X_j) with Z_i = (X_i, Y_i). The Z_i are independent and h is symmetric, so the
    /// difference is itself a U-statistic of degree 2 and its variance is [2 (n - 2) zeta1 + zeta2] / (n (n - 1) / 2) with
    /// zeta1 = Cov(h(Z1, Z2), h(Z1, Z3)) = zeta1_A + zeta1_B - 2 Cov(k(X1, X2), k(Y1, Y3)) and
    /// zeta2 = Var h(Z1, Z2) = zeta2_A + zeta2_B - 2 Cov(k(X1, X2), k(Y1, Y2)). The covariances vanish where the seeds are
    /// independent, and only there do the components of two models add. A seed that makes an odd image in both models
    /// makes them positive: the sum would then promise less precision than there is.
    /// </remarks>
    /// <exception cref="AssumptionException">LengthMismatch: the sets differ in their number of images.</exception>
    public PairKernel Minus(PairKernel first)
    {
        ArgumentNullException.ThrowIfNull(first);
        AssumptionException.ThrowUnless(
            first.Images == Images,
            Assumption.LengthMismatch,
            $"A difference over common seeds needs the same seeds in both sets, and there are {first.Images} and {Images} images."
        );
        var values = new double[_deviations.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _deviations[i] - first._deviations[i] + (Mean - first.Mean);
        }

        return new PairKernel(Images, values);
    }

    /// <summary>The kernel of some of the images, in this order.</summary>
    /// <param name="images">Their numbers, at least two, none twice.</param>
    /// <exception cref="AssumptionException">TooFew.</exception>
    public PairKernel Among(IReadOnlyList<int> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var n = images.Count;
        RequirePairs(n);
        if (n == Images && images.Select((image, i) => image == i).All(same => same))
        {
            return this;
        }

        var values = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                values[(i * n) + j] = Mean + _deviations[(images[i] * Images) + images[j]];
            }
        }

        return new PairKernel(n, values);
    }

    /// <summary>The scores with each image left out in turn, [n]; empty for two images.</summary>
    public double[] DeleteOne()
    {
        var total = _rowSums.Sum();
        return Images < 3
            ? []
            : Array.ConvertAll(_rowSums, row => Mean + ((total - (2 * row)) / ((Images - 1.0) * (Images - 2))));
    }

    /// <summary>The standard error to report: delete-one jackknife, biased upward (Efron and Stein 1981); null for two images.</summary>
    public double? JackknifeError()
    {
        var mean = _rowSums.Average();
        var deviation = Math.Sqrt(_rowSums.Sum(row => (row - mean) * (row - mean)));
        return Images < 3 ? null : 2 * deviation / (Images - 2) / Math.Sqrt(Images * (Images - 1.0));
    }

    /// <summary>
    /// The unbiased components of variance, to plan with; null below four images. With A2 = Q / (n (n - 1)),
    /// A1 = (sum R^2 - Q) / (n (n - 1) (n - 2)) and A0 = (S1^2 - 4 sum R^2 + 2 Q) / (n (n - 1) (n - 2) (n - 3)), the means of
    /// k over pairs of pairs that share two, one and no image: zeta1 = A1 - A0 and zeta2 = A2 - A0.
    /// </summary>
    public PairComponents? Components() =>
        Images < 4
            ? null
            : Components(
                Images,
                _rowSums.Sum(),
                _rowSums.Sum(row => row * row),
                _deviations.Sum(value => value * value)
            );

    /// <summary>Components from sums over deviations from any value near the mean.</summary>
    /// <param name="n">Images, at least 4.</param>
    /// <param name="sum">S1, over ordered pairs.</param>
    /// <param name="rowSquares">Sum of R_i^2.</param>
    /// <param name="squares">Q.</param>
    internal static PairComponents Components(double n, double sum, double rowSquares, double squares)
    {
        var two = squares / (n * (n - 1));
        var one = (rowSquares - squares) / (n * (n - 1) * (n - 2));
        var none = ((sum * sum) - (4 * rowSquares) + (2 * squares)) / (n * (n - 1) * (n - 2) * (n - 3));
        return new PairComponents(one - none, two - none);
    }

    private static double RowSum(double[] values, int n, int from, int row)
    {
        var sum = 0.0;
        for (var j = from; j < n; j++)
        {
            sum += values[(row * n) + j];
        }

        return sum;
    }

    private static void RequirePairs(int images) =>
        AssumptionException.ThrowUnless(
            images >= 2,
            Assumption.TooFew,
            $"A pair needs two images, and there are {images} in the set."
        );

    /// <summary>In the same eight sums on every processor, so that the last bits are the same.</summary>
    private static double Dot(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(second);
        var sums = Vector512<double>.Zero;
        var k = 0;
        for (; k + Vector512<double>.Count <= first.Length; k += Vector512<double>.Count)
        {
            sums += Vector512.LoadUnsafe(ref a, (nuint)k) * Vector512.LoadUnsafe(ref b, (nuint)k);
        }

        var rest = 0.0;
        for (; k < first.Length; k++)
        {
            rest += first[k] * second[k];
        }

        return Vector512.Sum(sums) + rest;
    }

    private static void Normalise(ReadOnlySpan<float> row, Span<double> unit, int index)
    {
        var squares = 0.0;
        foreach (var value in row)
        {
            squares += (double)value * value;
        }

        AssumptionException.ThrowUnless(
            squares > 0 && double.IsFinite(squares),
            squares == 0 ? Assumption.Undefined : Assumption.NotFinite,
            $"Embedding {index + 1} is all zeros or not finite, and has no direction."
        );
        var length = Math.Sqrt(squares);
        for (var k = 0; k < unit.Length; k++)
        {
            unit[k] = row[k] / length;
        }
    }
}
