namespace Semblance.Models.Diffusion.Noise;

/// <summary>
/// <c>torch.randn</c> with a CPU generator, bit for bit as PyTorch computes it on processors with AVX2 or AVX-512:
/// <c>normal_fill</c> for 16 or more values, one pair at a time in double precision for fewer (ATen,
/// native/cpu/DistributionTemplates.h and core/DistributionsHelper.h).
/// </summary>
/// <param name="seed">Only the low 32 bits count: seeds that are equal modulo 2^32 give the same numbers.</param>
internal sealed class CpuNoise(long seed) : NoiseGenerator
{
    private const int Block = 16;

    private readonly MersenneTwister _twister = new(unchecked((uint)seed));

    // The second normal of a pair waits for the next small draw, even if a large one comes in between.
    private double? _cached;

    protected override void Draw(Span<float> values, bool half)
    {
        if (values.Length < Block)
        {
            foreach (ref var value in values)
            {
                value = (float)One();
            }

            return;
        }
        // Single precision draws all uniforms before the first block is turned into normals; 16-bit tensors go block by
        // block, so that the uniforms of the tail are others.
        var uniforms = half ? values[..(values.Length / Block * Block)] : values;
        foreach (ref var value in uniforms)
        {
            value = Uniform32();
        }

        for (var start = 0; start <= values.Length - Block; start += Block)
        {
            BoxMuller(values.Slice(start, Block));
        }

        if (values.Length % Block != 0)
        {
            var tail = values[^Block..];
            foreach (ref var value in tail)
            {
                value = Uniform32();
            }

            BoxMuller(tail);
        }
    }

    private double One()
    {
        if (_cached is { } waiting)
        {
            _cached = null;
            return waiting;
        }

        var (turn, u) = (Uniform64(), Uniform64());
        // 1 - u is exact: u has 53 bits.
        var radius = Math.Sqrt(-2 * Math.Log(1 - u));
        var angle = 2 * Math.PI * turn;
        _cached = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }

    /// <summary>Eight pairs of uniforms, (i, i + 8), become eight pairs of normals.</summary>
    private static void BoxMuller(Span<float> block)
    {
        for (var i = 0; i < Block / 2; i++)
        {
            // From [0, 1) to (0, 1], so that the logarithm exists.
            var radius = MathF.Sqrt(-2f * CephesMath.Log(1f - block[i]));
            var (sine, cosine) = CephesMath.SinCos((float)(2 * Math.PI) * block[i + (Block / 2)]);
            block[i] = radius * cosine;
            block[i + (Block / 2)] = radius * sine;
        }
    }

    private float Uniform32() => (_twister.Next32() & 0xFFFFFF) * (1f / 0x1000000);

    private double Uniform64() => (_twister.Next64() & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));
}
