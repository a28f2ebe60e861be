using Semblance.Tensors;

namespace Semblance.Models.Diffusion.Noise;

/// <summary>
/// The stream of standard normal numbers of one image, as <c>torch.randn</c> gives it to a generator of that seed. It
/// has state: successive draws go on where the last one stopped. One generator per image keeps an image free of the
/// batch it is made in.
/// </summary>
internal abstract class NoiseGenerator
{
    /// <summary>A generator at the start of its stream.</summary>
    /// <param name="kind">Whose numbers.</param>
    /// <param name="seed">The CPU generator uses only its low 32 bits.</param>
    public static NoiseGenerator Create(NoiseKind kind, long seed) =>
        kind switch
        {
            NoiseKind.Cpu => new CpuNoise(seed),
            NoiseKind.Cuda => new CudaNoise(seed),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such noise."),
        };

    /// <summary>Fills with the next draw. Its length matters: two draws of 8 are not one draw of 16.</summary>
    /// <param name="values">Receives the numbers.</param>
    /// <param name="type">
    /// The type that the tensor is drawn in: F32, or F16 or BF16 as pipelines in half precision do (the numbers are
    /// rounded, and the tail of a draw that is not a multiple of 16 differs on the CPU).
    /// </param>
    public void Fill(Span<float> values, TensorType type = TensorType.Float32)
    {
        Draw(values, half: type != TensorType.Float32);
        switch (type)
        {
            case TensorType.Float32:
                break;
            case TensorType.Float16:
                foreach (ref var value in values)
                {
                    value = (float)(Half)value;
                }

                break;
            case TensorType.BFloat16:
                foreach (ref var value in values)
                {
                    value = RoundToBFloat16(value);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "Noise is drawn in F32, F16 or BF16.");
        }
    }

    /// <summary>The next draw of this length, in single precision.</summary>
    public float[] Next(int length)
    {
        var values = new float[length];
        Fill(values);
        return values;
    }

    /// <summary>Fills with the next draw in single precision.</summary>
    /// <param name="values">Receives the numbers.</param>
    /// <param name="half">Whether the tensor is of 16-bit numbers.</param>
    protected abstract void Draw(Span<float> values, bool half);

    /// <summary>Ties go to even, as PyTorch rounds.</summary>
    private static float RoundToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }
}
