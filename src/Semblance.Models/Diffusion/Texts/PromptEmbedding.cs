namespace Semblance.Models.Diffusion.Texts;

/// <summary>What a denoiser knows of one text.</summary>
/// <param name="States">[tokens, width].</param>
/// <param name="Pooled">The whole text as one vector, where the model has one; empty elsewhere.</param>
/// <param name="Mask">1 for each token that counts and 0 for padding, where the model asks for it; empty elsewhere.</param>
internal sealed record PromptEmbedding(float[] States, float[] Pooled, float[] Mask)
{
    /// <summary>A text of which nothing is known.</summary>
    public PromptEmbedding Zeros() => new(new float[States.Length], new float[Pooled.Length], Mask);
}
