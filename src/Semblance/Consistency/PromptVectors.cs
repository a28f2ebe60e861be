using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Semblance.Consistency.Kernels;

namespace Semblance.Consistency;

/// <summary>The embeddings of one model's prompts, read one prompt at a time, for <see cref="ConsistencyFloor"/>.</summary>
internal sealed unsafe class PromptVectors(
    IReadOnlyList<int> images,
    int dimension,
    Action<int, Span<float>> read,
    Threads threads
)
{
    private float[] _buffer = [];

    /// <summary>Sum of the prompts' mean unit vectors [d], sum of their squared lengths, and whether no component is negative.</summary>
    public (double[] Sum, double Squares, bool NonNegative) MeanVectors()
    {
        var sum = new double[dimension];
        var squares = 0.0;
        var nonNegative = true;
        Each(
            (set, rows) =>
            {
                var unit = UnitSum.Of(rows, testCone: false, threads);
                var n = (double)rows.Count;
                for (var k = 0; k < sum.Length; k++)
                {
                    sum[k] += unit.Sum[k] / n;
                }

                squares += unit.SquaredLength / (n * n);
                nonNegative = nonNegative && rows.AreNonNegative();
            }
        );
        return (sum, squares, nonNegative);
    }

    /// <summary>Angle of every image to an axis, in radians, prompt after prompt.</summary>
    public double[] Angles(double[] axis)
    {
        var angles = new List<double>(images.Sum());
        Each(
            (set, rows) =>
            {
                var unit = UnitSum.Of(rows, testCone: false, threads);
                angles.AddRange((unit with { Sum = axis }).Dots(rows, threads).Select(ConeTest.Angle));
            }
        );
        return [.. angles];
    }

    /// <summary>
    /// Sum over pairs of images of different prompts p &lt; q of min(cos, 0) / (n_p n_q).
    /// </summary>
    /// <param name="angles">Of every image to one axis; null where any pair may be negative.</param>
    /// <returns>Null above <see cref="ConsistencyFloor.DoubtfulLimit"/>.</returns>
    public double? NegativeSum(double[]? angles)
    {
        var least = angles is null ? 0 : ConeTest.NegativeFrom - angles.Max();
        bool Doubtful(int image) => angles is null || angles[image] > least;

        var count = Enumerable.Range(0, images.Sum()).Count(Doubtful);
        if (count < 2 || (angles is not null && 2 * angles.Max() <= ConeTest.NegativeFrom))
        {
            return 0;
        }

        if (count > ConsistencyFloor.DoubtfulLimit)
        {
            return null;
        }

        var data = (float*)NativeMemory.Alloc((nuint)count * (nuint)dimension, sizeof(float));
        try
        {
            var sets = new int[count];
            var angleOf = new double[count];
            var (image, kept) = (0, 0);
            Each(
                (set, rows) =>
                {
                    for (var row = 0; row < rows.Count; row++, image++)
                    {
                        if (Doubtful(image))
                        {
                            sets[kept] = set;
                            angleOf[kept] = angles is null ? Math.PI / 2 : angles[image];
                            var target = new Span<float>(data + ((nint)kept++ * dimension), dimension);
                            new ReadOnlySpan<float>(rows.Row(row), dimension).CopyTo(target);
                        }
                    }
                }
            );
            return NegativeSum(new EmbeddingRows(data, count, dimension), sets, angleOf);
        }
        finally
        {
            NativeMemory.Free(data);
        }
    }

    private double NegativeSum(EmbeddingRows rows, int[] sets, double[] angles)
    {
        var order = ConeTest.WidestFirst(angles);
        var setAt = Array.ConvertAll(order, row => (double)sets[row]);
        var weightAt = Array.ConvertAll(order, row => 1.0 / images[sets[row]]);
        var sums = new double[PairTiles.Groups(rows.Count)];
        PairTiles.Visit(
            rows,
            UnitSum.Of(rows, testCone: false, threads).Inverse,
            order,
            (row, _, column, _) => angles[order[row]] + angles[order[column]] > ConeTest.NegativeFrom,
            threads,
            (group, tile) => sums[group] += WeightedNegative(tile, setAt, weightAt)
        );
        return sums.Sum();
    }

    private static double WeightedNegative(PairTile tile, double[] setAt, double[] weightAt)
    {
        var total = 0.0;
        for (var r = 0; r < tile.Rows; r++)
        {
            var cosines = tile.Cosines + (r * PairTiles.Side);
            var own = setAt[tile.Row + r];
            var ownSet = Vector512.Create(own);
            Vector512<double> sums = default;
            var rest = 0.0;
            var c = tile.FirstColumn(r);
            for (; c + Vector512<double>.Count <= tile.Columns; c += Vector512<double>.Count)
            {
                var below = Vector512.Min(Vector512.Load(cosines + c), Vector512<double>.Zero);
                var position = (nuint)(tile.Column + c);
                var same = Vector512.Equals(Vector512.LoadUnsafe(ref setAt[0], position), ownSet);
                sums += Vector512.AndNot(below * Vector512.LoadUnsafe(ref weightAt[0], position), same);
            }

            for (; c < tile.Columns; c++)
            {
                rest += setAt[tile.Column + c] == own ? 0 : Math.Min(cosines[c], 0) * weightAt[tile.Column + c];
            }

            total += weightAt[tile.Row + r] * (rest + Vector512.Sum(sums));
        }

        return total;
    }

    private void Each(Action<int, EmbeddingRows> visit)
    {
        for (var set = 0; set < images.Count; set++)
        {
            var length = checked(images[set] * dimension);
            if (_buffer.Length < length)
            {
                _buffer = new float[length];
            }

            read(set, _buffer.AsSpan(0, length));
            fixed (float* data = _buffer)
            {
                visit(set, new EmbeddingRows(data, images[set], dimension));
            }
        }
    }
}
