using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Semblance.Imaging.Resizing;

/// <summary>
/// The passes with AVX2. A 22-bit weight is split into high * 4096 + low, both of which fit 16 bits, so that one
/// multiply-add takes two bytes at once; the sums are put together again modulo 2^32, which loses nothing.
/// </summary>
internal static unsafe class ResampleAvx2
{
    private const int LowBits = 12;

    /// <summary>Four source pixels are one step: bytes to 16 bits, two pixels of one channel side by side.</summary>
    private static Vector256<byte> Spread(int channels)
    {
        var mask = stackalloc byte[32];
        for (var i = 0; i < 32; i++)
        {
            mask[i] = 0x80;
        }

        for (var pair = 0; pair < 2; pair++)
        {
            for (var c = 0; c < channels; c++)
            {
                for (var k = 0; k < 2; k++)
                {
                    mask[(pair * 16) + (c * 4) + (k * 2)] = (byte)((((pair * 2) + k) * channels) + c);
                }
            }
        }

        return Vector256.Load(mask);
    }

    public static void Across(
        byte[] pixels,
        int w,
        int channels,
        ResampleWeights weights,
        int firstRow,
        int rows,
        byte[] result
    )
    {
        var count = weights.Low.Length;
        var steps = (weights.Stride + 3) / 4;
        var (high, low) = Pairs(weights, steps * 4);
        var line = w * channels;
        var target = count * channels;
        // A step reads 16 bytes and may run past its row. In the image's last rows that would leave the array.
        var slack = ((steps * 4) + 16) * channels;
        var safe = rows;
        while (safe > 0 && ((long)(firstRow + safe) * line) + slack > pixels.Length)
        {
            safe--;
        }

        fixed (byte* source = pixels)
        fixed (byte* to = result)
        {
            var y = 0;
            for (; y + 4 <= safe; y += 4)
            {
                FourRows(
                    source + ((long)(firstRow + y) * line),
                    line,
                    channels,
                    weights,
                    steps,
                    high,
                    low,
                    to + ((long)y * target),
                    target
                );
            }

            if (y == rows)
            {
                return;
            }
            // The last rows, each between zeros of its own, four at a time as well.
            var padded = line + slack;
            var rest = new byte[4 * padded];
            var done = new byte[4 * target];
            fixed (byte* copy = rest)
            fixed (byte* four = done)
            {
                for (; y < rows; y += 4)
                {
                    var n = Math.Min(4, rows - y);
                    for (var i = 0; i < n; i++)
                    {
                        pixels.AsSpan((firstRow + y + i) * line, line).CopyTo(rest.AsSpan(i * padded));
                    }

                    FourRows(copy, padded, channels, weights, steps, high, low, four, target);
                    done.AsSpan(0, n * target).CopyTo(result.AsSpan(y * target));
                }
            }
        }
    }

    private static void FourRows(
        byte* source,
        int line,
        int channels,
        ResampleWeights weights,
        int steps,
        long[] high,
        long[] low,
        byte* target,
        int targetLine
    )
    {
        var mask = Spread(channels);
        // w0 w1 for the four channels of the lower half, w2 w3 for those of the upper.
        var half = Vector256.Create(ResampleScalar.Half);
        var places = Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1);
        fixed (long* highs = high)
        fixed (long* lows = low)
        {
            for (var x = 0; x < weights.Low.Length; x++)
            {
                var at = source + (weights.Low[x] * channels);
                Vector256<int> h0 = default,
                    h1 = default,
                    h2 = default,
                    h3 = default,
                    l0 = default,
                    l1 = default,
                    l2 = default,
                    l3 = default;
                var n = (weights.Count[x] + 3) / 4;
                var first = x * steps;
                for (var s = first; s < first + n; s++, at += 4 * channels)
                {
                    var hs = Avx2.PermuteVar8x32(Vector256.Create(highs[s]).AsInt32(), places).AsInt16();
                    var ls = Avx2.PermuteVar8x32(Vector256.Create(lows[s]).AsInt32(), places).AsInt16();
                    var p0 = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(at), mask).AsInt16();
                    h0 += Avx2.MultiplyAddAdjacent(p0, hs);
                    l0 += Avx2.MultiplyAddAdjacent(p0, ls);
                    var p1 = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(at + line), mask).AsInt16();
                    h1 += Avx2.MultiplyAddAdjacent(p1, hs);
                    l1 += Avx2.MultiplyAddAdjacent(p1, ls);
                    var p2 = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(at + (2L * line)), mask).AsInt16();
                    h2 += Avx2.MultiplyAddAdjacent(p2, hs);
                    l2 += Avx2.MultiplyAddAdjacent(p2, ls);
                    var p3 = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(at + (3L * line)), mask).AsInt16();
                    h3 += Avx2.MultiplyAddAdjacent(p3, hs);
                    l3 += Avx2.MultiplyAddAdjacent(p3, ls);
                }

                var to = target + (x * channels);
                // Rows 0 and 1 side by side, then 2 and 3, so that one rounding and packing does for all four.
                var (s0, s1, s2, s3) = (
                    (h0 << LowBits) + l0,
                    (h1 << LowBits) + l1,
                    (h2 << LowBits) + l2,
                    (h3 << LowBits) + l3
                );
                var s01 = Avx2.Permute2x128(s0, s1, 0x20) + Avx2.Permute2x128(s0, s1, 0x31);
                var s23 = Avx2.Permute2x128(s2, s3, 0x20) + Avx2.Permute2x128(s2, s3, 0x31);
                var words = Avx2.PackSignedSaturate((s01 + half) >> 22, (s23 + half) >> 22);
                var bytes = Avx2.PackUnsignedSaturate(words, words).AsUInt64();
                var (even, odd) = (bytes.GetElement(0), bytes.GetElement(2));
                Store((uint)even, to, channels);
                Store((uint)odd, to + targetLine, channels);
                Store((uint)(even >> 32), to + (2L * targetLine), channels);
                Store((uint)(odd >> 32), to + (3L * targetLine), channels);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(uint pixel, byte* to, int channels)
    {
        if (channels == 4)
        {
            *(uint*)to = pixel;
            return;
        }

        *to = (byte)pixel;
        if (channels > 1)
        {
            to[1] = (byte)(pixel >> 8);
        }

        if (channels > 2)
        {
            to[2] = (byte)(pixel >> 16);
        }
    }

    public static void Down(byte[] pixels, int line, ResampleWeights weights, int firstRow, byte[] result)
    {
        var steps = (weights.Stride + 3) / 4;
        var (high, low) = Pairs(weights, steps * 4);
        fixed (byte* source = pixels)
        fixed (byte* target = result)
        fixed (long* highs = high)
        fixed (long* lows = low)
        {
            for (var y = 0; y < weights.Low.Length; y++)
            {
                var from = source + ((long)(weights.Low[y] - firstRow) * line);
                var to = target + ((long)y * line);
                var hs = (int*)(highs + ((long)y * steps));
                var ls = (int*)(lows + ((long)y * steps));
                var count = weights.Count[y];
                var x = 0;
                for (; x + 32 <= line; x += 32)
                {
                    Block(from + x, line, count, hs, ls, to + x);
                }

                if (x == line)
                {
                    continue;
                }

                if (line >= 32)
                {
                    // Once more over some that are done: the same values are written again.
                    Block(from + line - 32, line, count, hs, ls, to + line - 32);
                    continue;
                }

                for (; x < line; x++)
                {
                    var sum = ResampleScalar.Half;
                    for (var k = 0; k < count; k++)
                    {
                        sum +=
                            from[((long)k * line) + x]
                            * ResampleWeights.Fixed(weights.Weights[(y * weights.Stride) + k]);
                    }

                    to[x] = (byte)Math.Clamp(sum >> 22, 0, 255);
                }
            }
        }
    }

    // 32 columns: rows two by two, their bytes side by side and widened to 16 bits. The unpacking leaves columns
    // 0-3 and 16-19, 4-7 and 20-23, 8-11 and 24-27, 12-15 and 28-31 together, and the packing puts them right again.
    private static void Block(byte* from, int line, int count, int* highs, int* lows, byte* to)
    {
        Vector256<int> h0 = default,
            h1 = default,
            h2 = default,
            h3 = default,
            l0 = default,
            l1 = default,
            l2 = default,
            l3 = default;
        var zero = Vector256<byte>.Zero;
        for (var k = 0; k < count; k += 2, from += 2L * line)
        {
            var a = Vector256.Load(from);
            // The weight of a row that is one too many is 0, but the row must be there to be read.
            var b = k + 1 < count ? Vector256.Load(from + line) : a;
            var left = Avx2.UnpackLow(a, b);
            var right = Avx2.UnpackHigh(a, b);
            var hs = Vector256.Create(highs[k >> 1]).AsInt16();
            var ls = Vector256.Create(lows[k >> 1]).AsInt16();
            var p0 = Avx2.UnpackLow(left, zero).AsInt16();
            var p1 = Avx2.UnpackHigh(left, zero).AsInt16();
            var p2 = Avx2.UnpackLow(right, zero).AsInt16();
            var p3 = Avx2.UnpackHigh(right, zero).AsInt16();
            h0 += Avx2.MultiplyAddAdjacent(p0, hs);
            l0 += Avx2.MultiplyAddAdjacent(p0, ls);
            h1 += Avx2.MultiplyAddAdjacent(p1, hs);
            l1 += Avx2.MultiplyAddAdjacent(p1, ls);
            h2 += Avx2.MultiplyAddAdjacent(p2, hs);
            l2 += Avx2.MultiplyAddAdjacent(p2, ls);
            h3 += Avx2.MultiplyAddAdjacent(p3, hs);
            l3 += Avx2.MultiplyAddAdjacent(p3, ls);
        }

        var half = Vector256.Create(ResampleScalar.Half);
        var words0 = Avx2.PackSignedSaturate(Whole(h0, l0, half), Whole(h1, l1, half));
        var words1 = Avx2.PackSignedSaturate(Whole(h2, l2, half), Whole(h3, l3, half));
        Avx2.PackUnsignedSaturate(words0, words1).Store(to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Whole(Vector256<int> high, Vector256<int> low, Vector256<int> half) =>
        ((high << LowBits) + low + half) >> 22;

    // Per target, `taps` weights (a multiple of four, zeros behind the last) as 16-bit halves, four in a long.
    private static (long[] High, long[] Low) Pairs(ResampleWeights weights, int taps)
    {
        var targets = weights.Low.Length;
        var high = new long[(long)targets * taps / 4];
        var low = new long[high.Length];
        var highs = MemoryMarshal.Cast<long, short>(high.AsSpan());
        var lows = MemoryMarshal.Cast<long, short>(low.AsSpan());
        for (var i = 0; i < targets; i++)
        {
            for (var k = 0; k < weights.Count[i]; k++)
            {
                var weight = ResampleWeights.Fixed(weights.Weights[(i * weights.Stride) + k]);
                highs[(i * taps) + k] = (short)(weight >> LowBits);
                lows[(i * taps) + k] = (short)(weight & ((1 << LowBits) - 1));
            }
        }

        return (high, low);
    }
}
