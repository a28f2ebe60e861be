using Semblance.Models.Diffusion.Texts;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>
/// Classifier-free guidance (Ho and Salimans, arXiv 2207.12598). A denoiser is asked about the negative and the positive
/// text in one batch, in this order; without guidance about the positive text alone.
/// </summary>
/// <param name="Scale">Only one above 1 does anything.</param>
/// <param name="Rescale">
/// How much of the prediction is rescaled to the standard deviation of that for the positive text (Lin et al., arXiv
/// 2305.08891, equations 15 and 16; diffusers' <c>rescale_noise_cfg</c>), 0 to 1.
/// </param>
internal readonly record struct Guidance(float Scale, float Rescale = 0)
{
    /// <summary>Whether there is guidance, which doubles the batch.</summary>
    public bool Applies => Scale > 1;

    /// <summary>How many predictions it takes, 1 or 2.</summary>
    public int Batch => Applies ? 2 : 1;

    /// <summary>What both texts share: [n] to [batch, n]; with several images, those of all of them.</summary>
    public float[] Repeat(params ReadOnlySpan<float> shared) => Stack(shared, shared);

    /// <summary>What each text has its own of: [n] and [n] to [batch, n].</summary>
    public float[] Stack(ReadOnlySpan<float> negative, ReadOnlySpan<float> positive) =>
        Applies ? [.. negative, .. positive] : [.. positive];

    /// <summary>A part of the texts, such as their states: [n] to [batch, n].</summary>
    public float[] Stack(PromptPair prompt, Func<PromptEmbedding, float[]> part) =>
        Stack(Applies ? part(prompt.Negative!) : [], part(prompt.Positive));

    /// <summary>What each text has its own of, for several images: [batch, n] to [batch x images, n], each text's rows together.</summary>
    public float[] ForImages(float[] stacked, int images) =>
        images == 1
            ? stacked
            :
            [
                .. stacked
                    .Chunk(stacked.Length / Batch)
                    .SelectMany(row => Enumerable.Repeat(row, images))
                    .SelectMany(row => row),
            ];

    /// <summary>From what the network says of the batch to the predictions: negative + scale (positive - negative).</summary>
    /// <param name="output">[batch x images, channels, height, width].</param>
    /// <param name="prediction">
    /// [images, fewer or as many channels, height, width]. To guide channels and drop them, or to drop them first, is the same.
    /// </param>
    /// <param name="images">How many.</param>
    public void Combine(ReadOnlySpan<float> output, Span<float> prediction, int images)
    {
        var (rows, length) = (output.Length / (Batch * images), prediction.Length / images);
        for (var i = 0; i < images; i++)
        {
            CombineOne(
                output.Slice(i * rows, rows),
                output.Slice(((Batch - 1) * images + i) * rows, rows),
                prediction.Slice(i * length, length)
            );
        }
    }

    /// <summary>The same for one image.</summary>
    public void Combine(ReadOnlySpan<float> output, Span<float> prediction) => Combine(output, prediction, images: 1);

    private void CombineOne(ReadOnlySpan<float> output, ReadOnlySpan<float> positive, Span<float> prediction)
    {
        for (var i = 0; i < prediction.Length; i++)
        {
            prediction[i] = Applies ? output[i] + (Scale * (positive[i] - output[i])) : positive[i];
        }

        if (Applies && Rescale > 0)
        {
            var ratio = Deviation(positive[..prediction.Length]) / Deviation(prediction);
            var factor = (float)((Rescale * ratio) + 1 - Rescale);
            foreach (ref var value in prediction)
            {
                value *= factor;
            }
        }
    }

    private static double Deviation(ReadOnlySpan<float> values)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var value in values)
        {
            sum += value;
        }

        var mean = sum / values.Length;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        // Both are of equally many values: whether one is taken off their number does not matter.
        return Math.Sqrt(squares / values.Length);
    }
}
