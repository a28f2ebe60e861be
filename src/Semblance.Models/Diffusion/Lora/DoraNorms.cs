using System.Numerics;
using System.Runtime.InteropServices;

namespace Semblance.Models.Diffusion.Lora;

/// <summary>
/// Weight-decomposed LoRA (Liu et al., "DoRA", arXiv 2402.09353): the changed weight is given rows of learnt lengths m,
/// W' = m (W + s B A) / |W + s B A|, the scale s inside the norm as peft has it.
/// </summary>
internal static class DoraNorms
{
    /// <summary>m / |W + s B A| for each row.</summary>
    /// <param name="weight">W, [output, input], further axes of a convolution counted to the input.</param>
    /// <param name="down">A, [rank, input].</param>
    /// <param name="up">B, [output, rank].</param>
    /// <param name="scale">s, alpha over rank included.</param>
    /// <param name="lengths">m, [output].</param>
    public static float[] Scales(float[] weight, float[] down, float[] up, float scale, float[] lengths)
    {
        var outputs = lengths.Length;
        var (inputs, rank) = (weight.Length / outputs, up.Length / outputs);
        var scales = new float[outputs];
        Parallel.For(
            0,
            outputs,
            row =>
            {
                var changed = weight.AsSpan(row * inputs, inputs).ToArray();
                for (var r = 0; r < rank; r++)
                {
                    AddScaled(changed, down.AsSpan(r * inputs, inputs), scale * up[(row * rank) + r]);
                }

                scales[row] = (float)(lengths[row] / Math.Sqrt(changed.Sum(value => (double)value * value)));
            }
        );
        return scales;
    }

    private static void AddScaled(Span<float> to, ReadOnlySpan<float> from, float factor)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(to);
        var other = MemoryMarshal.Cast<float, Vector<float>>(from);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] += other[i] * factor;
        }

        for (var i = wide.Length * Vector<float>.Count; i < to.Length; i++)
        {
            to[i] += from[i] * factor;
        }
    }
}
