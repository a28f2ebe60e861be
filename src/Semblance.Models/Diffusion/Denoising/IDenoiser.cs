using Semblance.Models.Diffusion.Texts;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>What a picture is led to, and what away from; null without guidance.</summary>
/// <param name="Positive">The prompt.</param>
/// <param name="Negative">The negative prompt.</param>
internal sealed record PromptPair(PromptEmbedding Positive, PromptEmbedding? Negative);

/// <summary>Sizes of the latents of one picture.</summary>
/// <param name="Channels">Of the latents.</param>
/// <param name="Height">In latents.</param>
/// <param name="Width">In latents.</param>
internal readonly record struct LatentShape(int Channels, int Height, int Width)
{
    /// <summary>How many numbers they are.</summary>
    public int Length => Channels * Height * Width;
}

/// <summary>A denoising network for one size of pictures.</summary>
internal interface IDenoiser : IDisposable
{
    /// <summary>Loads the weights, which the first prediction does otherwise.</summary>
    /// <exception cref="InputException">ONNX Runtime refuses the network.</exception>
    void Load();

    /// <summary>Predicts what the scheduler asks for, guidance applied.</summary>
    /// <param name="latents">[channels, height, width], scaled by the scheduler.</param>
    /// <param name="timestep">Of the scheduler.</param>
    /// <param name="prompt">The texts.</param>
    /// <param name="prediction">Receives [channels, height, width].</param>
    void Predict(ReadOnlySpan<float> latents, float timestep, PromptPair prompt, Span<float> prediction);
}
