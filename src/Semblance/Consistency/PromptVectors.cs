using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Semblance.Consistency.Kernels;

namespace Semblance.Consistency;

/// <summary>The embeddings of one model's prompts, looked at one prompt at a time, for <see cref="ConsistencyFloor"/>.</summary>
internal sealed unsafe class PromptVectors(IReadOnlyList<int> images, int dimension)
{
    private readonly Lock _adding = new();
    private readonly Dictionary<int, (UnitSum Unit, bool NonNegative)> _early = [];
    private readonly double[] _sum = new double[dimension];
    private double _squares;
    private bool _nonNegative = true;
    private int _added;

    /// <summary>Adds the mean unit vector of a prompt: each prompt once, in any order, from any thread.</summary>
    /// <exception cref="EmbeddingException">A row is zero, NaN or infinite.</exception>
    public void Add(int prompt, EmbeddingRows rows)
    {
        var unit = UnitSum.Of(rows, testCone: false, 1);
        var nonNegative = rows.AreNonNegative();
        lock (_adding)
        {
            _early.Add(prompt, (unit, nonNegative));
            // In the order of the prompts, whichever thread was first: the sum is the same to the bit.
            while (_early.Remove(_added, out var next))
            {
                var n = (double)images[_added++];
                for (var k = 0; k < _sum.Length; k++)
                {
                    _sum[k] += next.Unit.Sum[k] / n;
                }

                _squares += next.Unit.SquaredLength / (n * n);
                _nonNegative &= next.NonNegative;
            }
        }
    }

    /// <summary>The floor, after all prompts were added.</summary>
    /// <param name="read">As of <see cref="ConsistencyFloor.Of"/>; called only where a component is negative.</param>
    /// <param name="threads">0 for all cores; also when to end.</param>
    public ConsistencyFloor? Floor(Action<int, Span<float>> read, Threads threads)
    {
        if (_added < images.Count)
        {
            throw new InvalidOperationException($"Only {_added} of {images.Count} prompts were added.");
        }

        var length = Math.Sqrt(_sum.Sum(x => x * x));
        var ordered = images.Count * (images.Count - 1.0);
        var cosine = ((length * length) - _squares) / ordered;
        if (!_nonNegative)
        {
            // Where the prompts cancel out there is no mean direction: any pair may be negative.
            var angles =
                length > 1e-6 * images.Count ? Angles(Array.ConvertAll(_sum, x => x / length), read, threads) : null;
            if (NegativeSum(angles, read, threads) is not { } negative)
            {
                return null;
            }

            cosine -= 2 * negative / ordered;
        }

        var all = images.Sum(n => (long)n);
        return new ConsistencyFloor(
            // Identical images differ from 100 by the rounding of their sums alone.
            cosine > 1 - 1e-12
                ? 100
                : Math.Clamp(100 * cosine, 0, 100),
            images.Count * (images.Count - 1L) / 2,
            ((all * all) - images.Sum(n => (long)n * n)) / 2
        );
    }

    /// <summary>Angle of every image to an axis, in radians, [prompts][images].</summary>
    private double[][] Angles(double[] axis, Action<int, Span<float>> read, Threads threads)
    {
        var angles = new double[images.Count][];
        Each(
            [.. Enumerable.Range(0, images.Count)],
            read,
            threads,
            (prompt, rows) =>
            {
                var unit = UnitSum.Of(rows, testCone: false, 1) with { Sum = axis };
                angles[prompt] = Array.ConvertAll(unit.Dots(rows, 1), ConeTest.Angle);
            }
        );
        return angles;
    }

    /// <summary>
    /// Sum over pairs of images of different prompts p &lt; q of min(cos, 0) / (n_p n_q).
    /// </summary>
    /// <param name="angles">Of every image to one axis; null where any pair may be negative.</param>
    /// <param name="read">Called for the prompts that have such images.</param>
    /// <param name="threads">0 for all cores; also when to end.</param>
    /// <returns>Null above <see cref="ConsistencyFloor.DoubtfulLimit"/>.</returns>
    private double? NegativeSum(double[][]? angles, Action<int, Span<float>> read, Threads threads)
    {
        var most = angles?.Max(own => own.Max()) ?? Math.PI;
        if (2 * most <= ConeTest.NegativeFrom)
        {
            return 0;
        }

        (int Prompt, int Row)[] doubtful =
        [
            .. Enumerable
                .Range(0, images.Count)
                .SelectMany(prompt => Enumerable.Range(0, images[prompt]).Select(row => (prompt, row)))
                .Where(image => angles is null || angles[image.prompt][image.row] > ConeTest.NegativeFrom - most),
        ];
        if (doubtful.Length < 2)
        {
            return 0;
        }

        if (doubtful.Length > ConsistencyFloor.DoubtfulLimit)
        {
            return null;
        }

        var data = (float*)NativeMemory.Alloc((nuint)doubtful.Length * (nuint)dimension, sizeof(float));
        try
        {
            var places = Enumerable.Range(0, doubtful.Length).ToLookup(place => doubtful[place].Prompt);
            Each(
                [.. places.Select(own => own.Key)],
                read,
                threads,
                (prompt, rows) =>
                {
                    foreach (var place in places[prompt])
                    {
                        new ReadOnlySpan<float>(rows.Row(doubtful[place].Row), dimension).CopyTo(
                            new Span<float>(data + ((nint)place * dimension), dimension)
                        );
                    }
                }
            );
            return NegativeSum(
                new EmbeddingRows(data, doubtful.Length, dimension),
                Array.ConvertAll(doubtful, image => image.Prompt),
                Array.ConvertAll(doubtful, image => angles is null ? Math.PI / 2 : angles[image.Prompt][image.Row]),
                threads
            );
        }
        finally
        {
            NativeMemory.Free(data);
        }
    }

    private double NegativeSum(EmbeddingRows rows, int[] sets, double[] angles, Threads threads)
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

    private void Each(
        int[] prompts,
        Action<int, Span<float>> read,
        Threads threads,
        Action<int, EmbeddingRows> visit
    ) =>
        threads.Run(
            prompts.Length,
            place =>
            {
                var prompt = prompts[place];
                var length = checked(images[prompt] * dimension);
                var buffer = ArrayPool<float>.Shared.Rent(length);
                read(prompt, buffer.AsSpan(0, length));
                fixed (float* data = buffer)
                {
                    visit(prompt, new EmbeddingRows(data, images[prompt], dimension));
                }

                ArrayPool<float>.Shared.Return(buffer);
            }
        );
}
