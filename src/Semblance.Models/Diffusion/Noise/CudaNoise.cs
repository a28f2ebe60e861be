namespace Semblance.Models.Diffusion.Noise;

/// <summary>
/// <c>torch.randn</c> with a CUDA generator: every element has its own Philox counter and takes the first normal of it.
/// The logarithm and the sine are computed in double precision, where a GPU has its own single-precision ones; no image
/// tells the two apart (they differ by about 1e-6).
/// </summary>
/// <param name="seed">All 64 bits count.</param>
/// <param name="threads">
/// How many threads the device runs at once (multiprocessors x resident threads; 40,960 on a T4, 221,184 on an A100).
/// Elements past it take the later words of the counters; null stands for a device that has enough.
/// </param>
internal sealed class CudaNoise(long seed, int? threads = null) : NoiseGenerator
{
    // curand's constants 2^-32 and 2 pi 2^-32 in single precision.
    private const float Scale = 2.3283064e-10f;
    private const float AngleScale = 2.3283064e-10f * 6.2831855f;

    private uint _offset;

    protected override void Draw(Span<float> values, bool half)
    {
        if (values.IsEmpty)
        {
            return;
        }

        var width = Math.Min(threads ?? values.Length, values.Length);
        var rounds = ((values.Length - 1) / (4L * width)) + 1;
        for (var round = 0L; round < rounds; round++)
        {
            for (var thread = 0; thread < width; thread++)
            {
                var words = Philox.Words(
                    (_offset + (uint)round, 0, (uint)thread, 0),
                    (unchecked((uint)seed), unchecked((uint)(seed >> 32)))
                );
                var at = (4 * round * width) + thread;
                var (first, second) = BoxMuller(words.W0, words.W1);
                Put(values, at, first);
                if (at + width < values.Length)
                {
                    Put(values, at + width, second);
                    var (third, fourth) = BoxMuller(words.W2, words.W3);
                    Put(values, at + (2 * width), third);
                    Put(values, at + (3 * width), fourth);
                }
            }
        }

        _offset += (uint)rounds;
    }

    private static void Put(Span<float> values, long at, double value)
    {
        if (at < values.Length)
        {
            values[(int)at] = (float)value;
        }
    }

    private static (double Sine, double Cosine) BoxMuller(uint x, uint y)
    {
        var u = (x * (double)Scale) + (Scale / 2);
        var v = (y * (double)AngleScale) + (AngleScale / 2);
        var radius = Math.Sqrt(-2 * Math.Log(u));
        var (sine, cosine) = Math.SinCos(v);
        return (radius * sine, radius * cosine);
    }
}
