using System.Numerics;
using System.Runtime.Intrinsics;

namespace Semblance.Consistency.Kernels;

/// <summary>What is learnt from looking at pairs one by one. Cosines, not yet times 100.</summary>
/// <param name="Negative">[n], for each image the sum of its cosines that are below 0.</param>
/// <param name="NegativePairs">Pairs whose cosine is under -1e-9.</param>
/// <param name="Smallest">Smallest cosine that was looked at.</param>
/// <param name="Largest">Largest cosine that was looked at.</param>
/// <param name="Deviation">Sum of max(cos, 0) - centre over the pairs that were looked at.</param>
/// <param name="SquaredDeviation">Sum of the squares of the same.</param>
internal sealed record PairSums(
    double[] Negative,
    long NegativePairs,
    double Smallest,
    double Largest,
    double Deviation,
    double SquaredDeviation
)
{
    /// <summary>Cosines that are less than this below 0 are taken for rounding and not counted as negative pairs.</summary>
    private const double NegativeTolerance = 1e-9;

    /// <summary>Looks at the pairs that may be negative, or at all.</summary>
    /// <param name="rows">The embeddings.</param>
    /// <param name="inverse">[n], 1 / norm.</param>
    /// <param name="angles">[n], each row's angle to one axis, in radians; null to look at all pairs.</param>
    /// <param name="centre">What deviations are from; near the mean, so that squares lose nothing.</param>
    /// <param name="threads">0 for all cores.</param>
    public static PairSums Of(EmbeddingRows rows, double[] inverse, double[]? angles, double centre, Threads threads)
    {
        var n = rows.Count;
        var order = angles is null ? Enumerable.Range(0, n).ToArray() : ConeTest.WidestFirst(angles);
        var groups = PairTiles.Groups(n);
        var stripe = Enumerable.Range(0, groups).Select(_ => new TileSums(n, centre)).ToArray();
        var negative = new double[n];
        PairTiles.Visit(
            rows,
            inverse,
            order,
            (row, _, column, _) => angles is null || angles[order[row]] + angles[order[column]] > ConeTest.NegativeFrom,
            threads,
            (group, tile) => stripe[group].Add(tile, negative, order),
            (first, count) =>
            {
                foreach (var sums in stripe)
                {
                    sums.MoveColumns(first, count, negative, order);
                }
            }
        );
        return new PairSums(
            negative,
            stripe.Sum(x => x.NegativePairs),
            stripe.Min(x => x.Smallest),
            stripe.Max(x => x.Largest),
            stripe.Sum(x => x.Deviation),
            stripe.Sum(x => x.SquaredDeviation)
        );
    }

    /// <summary>The sums of one group of tiles. Column sums are kept apart until the stripe is done, since other groups share the columns.</summary>
    private sealed unsafe class TileSums(int n, double centre)
    {
        private double[] _columns = [];
        private int _columnStart = -1;

        public long NegativePairs { get; private set; }

        public double Smallest { get; private set; } = double.PositiveInfinity;

        public double Largest { get; private set; } = double.NegativeInfinity;

        public double Deviation { get; private set; }

        public double SquaredDeviation { get; private set; }

        public void Add(PairTile tile, double[] negative, int[] order)
        {
            if (_columns.Length == 0)
            {
                _columns = new double[Math.Min(n, PairTiles.SuperBlock) + Vector512<double>.Count];
            }

            if (_columnStart < 0)
            {
                _columnStart = tile.Column / PairTiles.SuperBlock * PairTiles.SuperBlock;
            }

            var zero = Vector512<double>.Zero;
            var limit = Vector512.Create(-NegativeTolerance);
            var middle = Vector512.Create(centre);
            var smallest = Vector512.Create(Smallest);
            var largest = Vector512.Create(Largest);
            Vector512<double> deviation = default,
                squares = default;
            Vector512<long> count = default;
            fixed (double* columnSums = &_columns[tile.Column - _columnStart])
            {
                for (var r = 0; r < tile.Rows; r++)
                {
                    var cosines = tile.Cosines + (r * PairTiles.Side);
                    var c = tile.FirstColumn(r);
                    double rowSum = 0;
                    for (; c < tile.Columns && c % Vector512<double>.Count != 0; c++)
                    {
                        AddOne(cosines[c], columnSums + c, ref rowSum);
                    }

                    Vector512<double> rowSums = default;
                    for (; c + Vector512<double>.Count <= tile.Columns; c += Vector512<double>.Count)
                    {
                        var x = Vector512.LoadAligned(cosines + c);
                        var below = Vector512.MinNative(x, zero);
                        rowSums += below;
                        (Vector512.Load(columnSums + c) + below).Store(columnSums + c);
                        count -= Vector512.LessThan(x, limit).AsInt64();
                        smallest = Vector512.MinNative(smallest, x);
                        largest = Vector512.MaxNative(largest, x);
                        var off = x - below - middle;
                        deviation += off;
                        squares = Vector512.FusedMultiplyAdd(off, off, squares);
                    }

                    for (; c < tile.Columns; c++)
                    {
                        AddOne(cosines[c], columnSums + c, ref rowSum);
                    }

                    // A row of tiles belongs to one group, so nobody else writes here.
                    negative[order[tile.Row + r]] += rowSum + Vector512.Sum(rowSums);
                }
            }

            NegativePairs += Vector512.Sum(count);
            Deviation += Vector512.Sum(deviation);
            SquaredDeviation += Vector512.Sum(squares);
            for (var lane = 0; lane < Vector512<double>.Count; lane++)
            {
                Smallest = Math.Min(Smallest, smallest[lane]);
                Largest = Math.Max(Largest, largest[lane]);
            }
        }

        public void MoveColumns(int first, int count, double[] negative, int[] order)
        {
            if (_columnStart != first)
            {
                return;
            }

            for (var c = 0; c < count; c++)
            {
                negative[order[first + c]] += _columns[c];
            }

            Array.Clear(_columns);
            _columnStart = -1;
        }

        private void AddOne(double cosine, double* columnSum, ref double rowSum)
        {
            var below = Math.Min(cosine, 0);
            rowSum += below;
            *columnSum += below;
            NegativePairs += cosine < -NegativeTolerance ? 1 : 0;
            Smallest = Math.Min(Smallest, cosine);
            Largest = Math.Max(Largest, cosine);
            var off = cosine - below - centre;
            Deviation += off;
            SquaredDeviation += off * off;
        }
    }
}
