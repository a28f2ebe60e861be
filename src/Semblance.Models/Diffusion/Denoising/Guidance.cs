using Semblance.Models.Diffusion.Texts;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>Classifier-free guidance (Ho and Salimans, arXiv 2207.12598).</summary>
internal static class Guidance
{
    /// <summary>Only a scale above 1 does anything.</summary>
    public static bool Applies(float scale) => scale > 1;

    /// <summary>negative + scale (positive - negative).</summary>
    public static void Combine(
        ReadOnlySpan<float> negative,
        ReadOnlySpan<float> positive,
        float scale,
        Span<float> result
    )
    {
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = negative[i] + (scale * (positive[i] - negative[i]));
        }
    }
}

/// <summary>
/// The batch that a denoiser is asked for one prediction: with guidance the negative text before the positive one, else
/// the latter alone.
/// </summary>
/// <param name="Scale">Of guidance.</param>
internal readonly record struct GuidanceBatch(float Scale)
{
    /// <summary>How many predictions it takes, 1 or 2.</summary>
    public int Size => Guidance.Applies(Scale) ? 2 : 1;

    /// <summary>What both texts share: [n] to [size, n].</summary>
    public float[] Repeat(params ReadOnlySpan<float> shared) => Size == 2 ? [.. shared, .. shared] : [.. shared];

    /// <summary>What each text has its own of: [n] and [n] to [size, n].</summary>
    public float[] Stack(ReadOnlySpan<float> negative, ReadOnlySpan<float> positive) =>
        Size == 2 ? [.. negative, .. positive] : [.. positive];

    /// <summary>A part of the texts, such as their states: [n] to [size, n].</summary>
    public float[] Stack(PromptPair prompt, Func<PromptEmbedding, float[]> part) =>
        Stack(Size == 2 ? part(prompt.Negative!) : [], part(prompt.Positive));

    /// <summary>From what the network says of the batch to the prediction.</summary>
    /// <param name="output">[size, channels, height, width].</param>
    /// <param name="prediction">
    /// [fewer or as many channels, height, width]. To guide channels and drop them, or to drop them first, is the same.
    /// </param>
    public void Combine(ReadOnlySpan<float> output, Span<float> prediction)
    {
        if (Size == 2)
        {
            var half = output.Length / 2;
            Guidance.Combine(output[..half], output[half..], Scale, prediction);
        }
        else
        {
            output[..prediction.Length].CopyTo(prediction);
        }
    }
}
