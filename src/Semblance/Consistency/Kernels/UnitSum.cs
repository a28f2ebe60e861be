namespace Semblance.Consistency.Kernels;

/// <summary>The sum of the unit vectors of a set, from one pass over it.</summary>
/// <param name="Sum">[d].</param>
/// <param name="Inverse">[n], 1 / norm of each row.</param>
/// <param name="WithinCone">Whether the pass already showed that no pair can be negative.</param>
internal sealed record UnitSum(double[] Sum, double[] Inverse, bool WithinCone)
{
    // A block is 2 MB of CLIP embeddings: small enough to share out, large enough that merging costs nothing.
    private const int BlockRows = 1024;

    private const int AxisRows = 64;

    /// <summary>Squared length of the sum: the sum of the cosines of all ordered pairs, the n of each row with itself included.</summary>
    public double SquaredLength => Sum.Sum(x => x * x);

    /// <summary>Reads the rows once and adds up their unit vectors.</summary>
    /// <param name="rows">The embeddings.</param>
    /// <param name="testCone">Measure the rows on the way against the mean of the first ones.</param>
    /// <param name="threads">0 for all cores.</param>
    /// <exception cref="EmbeddingException">A row is zero or not finite.</exception>
    public static unsafe UnitSum Of(EmbeddingRows rows, bool testCone, Threads threads)
    {
        var (n, d) = (rows.Count, rows.Dimension);
        var blocks = (n + BlockRows - 1) / BlockRows;
        var inverse = new double[n];
        var axis = testCone ? ProvisionalAxis(rows) : null;
        var partial = new double[blocks][];
        var smallest = new double[blocks];
        var bad = new int[blocks];
        threads.Run(
            blocks,
            block =>
            {
                var sum = new double[d];
                var least = 1.0;
                var from = block * BlockRows;
                using var total = new AlignedVector<double>(sum);
                using var along = axis is null ? null : new AlignedVector<float>(axis);
                fixed (double* inv = inverse)
                {
                    bad[block] = RowKernels.AddUnitVectors(
                        rows,
                        from,
                        Math.Min(n, from + BlockRows),
                        along is null ? null : along.Start,
                        total.Start,
                        inv,
                        ref least
                    );
                }

                total.CopyTo(sum);
                partial[block] = sum;
                smallest[block] = least;
            }
        );
        var row = bad.Where(index => index >= 0).DefaultIfEmpty(-1).First();
        if (row >= 0)
        {
            throw new EmbeddingException(
                row,
                new ReadOnlySpan<float>(rows.Row(row), d).ContainsAnyExcept(0f)
                    ? "is not finite (it holds NaN or infinity)"
                    : "is all zeros and has no direction"
            );
        }

        var total = partial[0];
        for (var block = 1; block < blocks; block++)
        {
            for (var k = 0; k < d; k++)
            {
                total[k] += partial[block][k];
            }
        }

        return new UnitSum(total, inverse, axis is not null && ConeTest.Holds(smallest.Min(), ConeTest.FloatMargin(d)));
    }

    /// <summary>Dot product of each unit vector with the sum, [n]: its cosines with all rows, itself included.</summary>
    public unsafe double[] Dots(EmbeddingRows rows, Threads threads)
    {
        var dots = new double[rows.Count];
        threads.Run(
            (rows.Count + BlockRows - 1) / BlockRows,
            block =>
            {
                var from = block * BlockRows;
                using var sum = new AlignedVector<double>(Sum);
                fixed (
                    double* inv = Inverse,
                        result = dots
                )
                {
                    RowKernels.Dots(rows, from, Math.Min(rows.Count, from + BlockRows), sum.Start, inv, result);
                }
            }
        );
        return dots;
    }

    /// <summary>
    /// Angle of each row to the mean direction, in radians, [n]; null where the rows cancel out and there is no such
    /// direction.
    /// </summary>
    public double[]? Angles(EmbeddingRows rows, Threads threads) =>
        Cosines(Dots(rows, threads)) is { } cosines ? Array.ConvertAll(cosines, ConeTest.Angle) : null;

    /// <summary>The cosines with the mean direction that go with <see cref="Dots"/>; null where there is no such direction.</summary>
    public double[]? Cosines(double[] dots)
    {
        var length = Math.Sqrt(SquaredLength);
        return length > 1e-6 ? Array.ConvertAll(dots, dot => dot / length) : null;
    }

    private static unsafe float[]? ProvisionalAxis(EmbeddingRows rows)
    {
        var count = Math.Min(AxisRows, rows.Count);
        var sum = new double[rows.Dimension];
        var inverse = new double[count];
        var unused = 0.0;
        fixed (
            double* s = sum,
                inv = inverse
        )
        {
            if (RowKernels.AddUnitVectors(rows, 0, count, null, s, inv, ref unused) >= 0)
            {
                return null;
            }
        }

        var length = Math.Sqrt(sum.Sum(x => x * x));
        return length < 1e-3 * count ? null : Array.ConvertAll(sum, x => (float)(x / length));
    }
}
