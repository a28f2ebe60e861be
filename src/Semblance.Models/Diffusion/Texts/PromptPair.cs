namespace Semblance.Models.Diffusion.Texts;

/// <summary>What an image is led to, and what it is led away from.</summary>
/// <param name="Positive">The prompt.</param>
/// <param name="Negative">The negative prompt; null without guidance.</param>
internal sealed record PromptPair(PromptEmbedding Positive, PromptEmbedding? Negative);
