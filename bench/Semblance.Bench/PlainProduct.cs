using System.Runtime.Intrinsics;

namespace Semblance.Bench;

/// <summary>
/// What the exact score of an adversarial set is measured against: the plain way, all cosines i &lt;= j of normalised rows
/// by 4 x 4 dot products in blocks that fit a second-level cache, clamped and summed, on all threads.
/// </summary>
internal static unsafe class PlainProduct
{
    private const int Block = 64;

    public static double Double(float[] values, int n, int d)
    {
        var unit = new double[n * d];
        for (var i = 0; i < n; i++)
        {
            double squares = 0;
            for (var k = 0; k < d; k++)
            {
                squares += (double)values[(i * d) + k] * values[(i * d) + k];
            }

            for (var k = 0; k < d; k++)
            {
                unit[(i * d) + k] = values[(i * d) + k] / Math.Sqrt(squares);
            }
        }

        var blocks = (n + Block - 1) / Block;
        var sums = new double[blocks];
        fixed (double* start = unit)
        {
            var data = start;
            Parallel.For(
                0,
                blocks,
                top =>
                {
                    var tile = stackalloc double[16];
                    for (var left = top; left < blocks; left++)
                    {
                        for (var i = top * Block; i < Math.Min(n, (top + 1) * Block); i += 4)
                        {
                            for (var j = left * Block; j < Math.Min(n, (left + 1) * Block); j += 4)
                            {
                                Four(data + ((long)i * d), data + ((long)j * d), d, tile);
                                for (var t = 0; t < 16; t++)
                                {
                                    sums[top] += Math.Max(tile[t], 0);
                                }
                            }
                        }
                    }
                }
            );
        }

        return sums.Sum();
    }

    public static double Single(float[] values, int n, int d)
    {
        var unit = new float[n * d];
        for (var i = 0; i < n; i++)
        {
            float squares = 0;
            for (var k = 0; k < d; k++)
            {
                squares += values[(i * d) + k] * values[(i * d) + k];
            }

            for (var k = 0; k < d; k++)
            {
                unit[(i * d) + k] = values[(i * d) + k] / MathF.Sqrt(squares);
            }
        }

        var blocks = (n + Block - 1) / Block;
        var sums = new double[blocks];
        fixed (float* start = unit)
        {
            var data = start;
            Parallel.For(
                0,
                blocks,
                top =>
                {
                    var tile = stackalloc float[16];
                    for (var left = top; left < blocks; left++)
                    {
                        for (var i = top * Block; i < Math.Min(n, (top + 1) * Block); i += 4)
                        {
                            for (var j = left * Block; j < Math.Min(n, (left + 1) * Block); j += 4)
                            {
                                FourSingle(data + ((long)i * d), data + ((long)j * d), d, tile);
                                for (var t = 0; t < 16; t++)
                                {
                                    sums[top] += Math.Max(tile[t], 0);
                                }
                            }
                        }
                    }
                }
            );
        }

        return sums.Sum();
    }

    private static void Four(double* a, double* b, int d, double* tile)
    {
        Vector512<double> c00 = default,
            c01 = default,
            c02 = default,
            c03 = default,
            c10 = default,
            c11 = default,
            c12 = default,
            c13 = default,
            c20 = default,
            c21 = default,
            c22 = default,
            c23 = default,
            c30 = default,
            c31 = default,
            c32 = default,
            c33 = default;
        for (var k = 0; k < d; k += Vector512<double>.Count)
        {
            var b0 = Vector512.Load(b + (0 * d) + k);
            var b1 = Vector512.Load(b + (1 * d) + k);
            var b2 = Vector512.Load(b + (2 * d) + k);
            var b3 = Vector512.Load(b + (3 * d) + k);
            var one = Vector512.Load(a + (0 * d) + k);
            c00 = Vector512.FusedMultiplyAdd(one, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(one, b1, c01);
            c02 = Vector512.FusedMultiplyAdd(one, b2, c02);
            c03 = Vector512.FusedMultiplyAdd(one, b3, c03);
            one = Vector512.Load(a + (1 * d) + k);
            c10 = Vector512.FusedMultiplyAdd(one, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(one, b1, c11);
            c12 = Vector512.FusedMultiplyAdd(one, b2, c12);
            c13 = Vector512.FusedMultiplyAdd(one, b3, c13);
            one = Vector512.Load(a + (2 * d) + k);
            c20 = Vector512.FusedMultiplyAdd(one, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(one, b1, c21);
            c22 = Vector512.FusedMultiplyAdd(one, b2, c22);
            c23 = Vector512.FusedMultiplyAdd(one, b3, c23);
            one = Vector512.Load(a + (3 * d) + k);
            c30 = Vector512.FusedMultiplyAdd(one, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(one, b1, c31);
            c32 = Vector512.FusedMultiplyAdd(one, b2, c32);
            c33 = Vector512.FusedMultiplyAdd(one, b3, c33);
        }

        tile[0] = Vector512.Sum(c00);
        tile[1] = Vector512.Sum(c01);
        tile[2] = Vector512.Sum(c02);
        tile[3] = Vector512.Sum(c03);
        tile[4] = Vector512.Sum(c10);
        tile[5] = Vector512.Sum(c11);
        tile[6] = Vector512.Sum(c12);
        tile[7] = Vector512.Sum(c13);
        tile[8] = Vector512.Sum(c20);
        tile[9] = Vector512.Sum(c21);
        tile[10] = Vector512.Sum(c22);
        tile[11] = Vector512.Sum(c23);
        tile[12] = Vector512.Sum(c30);
        tile[13] = Vector512.Sum(c31);
        tile[14] = Vector512.Sum(c32);
        tile[15] = Vector512.Sum(c33);
    }

    private static void FourSingle(float* a, float* b, int d, float* tile)
    {
        Vector512<float> c00 = default,
            c01 = default,
            c02 = default,
            c03 = default,
            c10 = default,
            c11 = default,
            c12 = default,
            c13 = default,
            c20 = default,
            c21 = default,
            c22 = default,
            c23 = default,
            c30 = default,
            c31 = default,
            c32 = default,
            c33 = default;
        for (var k = 0; k < d; k += Vector512<float>.Count)
        {
            var b0 = Vector512.Load(b + (0 * d) + k);
            var b1 = Vector512.Load(b + (1 * d) + k);
            var b2 = Vector512.Load(b + (2 * d) + k);
            var b3 = Vector512.Load(b + (3 * d) + k);
            var one = Vector512.Load(a + (0 * d) + k);
            c00 = Vector512.FusedMultiplyAdd(one, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(one, b1, c01);
            c02 = Vector512.FusedMultiplyAdd(one, b2, c02);
            c03 = Vector512.FusedMultiplyAdd(one, b3, c03);
            one = Vector512.Load(a + (1 * d) + k);
            c10 = Vector512.FusedMultiplyAdd(one, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(one, b1, c11);
            c12 = Vector512.FusedMultiplyAdd(one, b2, c12);
            c13 = Vector512.FusedMultiplyAdd(one, b3, c13);
            one = Vector512.Load(a + (2 * d) + k);
            c20 = Vector512.FusedMultiplyAdd(one, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(one, b1, c21);
            c22 = Vector512.FusedMultiplyAdd(one, b2, c22);
            c23 = Vector512.FusedMultiplyAdd(one, b3, c23);
            one = Vector512.Load(a + (3 * d) + k);
            c30 = Vector512.FusedMultiplyAdd(one, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(one, b1, c31);
            c32 = Vector512.FusedMultiplyAdd(one, b2, c32);
            c33 = Vector512.FusedMultiplyAdd(one, b3, c33);
        }

        tile[0] = Vector512.Sum(c00);
        tile[1] = Vector512.Sum(c01);
        tile[2] = Vector512.Sum(c02);
        tile[3] = Vector512.Sum(c03);
        tile[4] = Vector512.Sum(c10);
        tile[5] = Vector512.Sum(c11);
        tile[6] = Vector512.Sum(c12);
        tile[7] = Vector512.Sum(c13);
        tile[8] = Vector512.Sum(c20);
        tile[9] = Vector512.Sum(c21);
        tile[10] = Vector512.Sum(c22);
        tile[11] = Vector512.Sum(c23);
        tile[12] = Vector512.Sum(c30);
        tile[13] = Vector512.Sum(c31);
        tile[14] = Vector512.Sum(c32);
        tile[15] = Vector512.Sum(c33);
    }
}
