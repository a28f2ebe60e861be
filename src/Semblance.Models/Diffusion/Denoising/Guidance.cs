using Semblance.Models.Diffusion.Texts;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>
/// Classifier-free guidance (Ho and Salimans, arXiv 2207.12598). A denoiser is asked about the negative and the positive
/// text in one batch, in this order; without guidance about the positive text alone.
/// </summary>
/// <param name="Scale">Only one above 1 does anything.</param>
internal readonly record struct Guidance(float Scale)
{
    /// <summary>Whether there is guidance, which doubles the batch.</summary>
    public bool Applies => Scale > 1;

    /// <summary>How many predictions it takes, 1 or 2.</summary>
    public int Batch => Applies ? 2 : 1;

    /// <summary>What both texts share: [n] to [batch, n].</summary>
    public float[] Repeat(params ReadOnlySpan<float> shared) => Stack(shared, shared);

    /// <summary>What each text has its own of: [n] and [n] to [batch, n].</summary>
    public float[] Stack(ReadOnlySpan<float> negative, ReadOnlySpan<float> positive) =>
        Applies ? [.. negative, .. positive] : [.. positive];

    /// <summary>A part of the texts, such as their states: [n] to [batch, n].</summary>
    public float[] Stack(PromptPair prompt, Func<PromptEmbedding, float[]> part) =>
        Stack(Applies ? part(prompt.Negative!) : [], part(prompt.Positive));

    /// <summary>From what the network says of the batch to the prediction: negative + scale (positive - negative).</summary>
    /// <param name="output">[batch, channels, height, width].</param>
    /// <param name="prediction">
    /// [fewer or as many channels, height, width]. To guide channels and drop them, or to drop them first, is the same.
    /// </param>
    public void Combine(ReadOnlySpan<float> output, Span<float> prediction)
    {
        var positive = output[(Applies ? output.Length / 2 : 0)..];
        for (var i = 0; i < prediction.Length; i++)
        {
            prediction[i] = Applies ? output[i] + (Scale * (positive[i] - output[i])) : positive[i];
        }
    }
}
