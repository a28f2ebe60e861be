namespace Semblance.Runs.Embedding;

/// <summary>The embeddings of one scored set, read when asked for.</summary>
/// <param name="Seeds">Of each image; null where they are not known.</param>
/// <param name="Images">How many.</param>
/// <param name="Dimension">Length of one vector.</param>
/// <param name="Read">Fills [images, dimension].</param>
internal sealed record SetVectors(IReadOnlyList<string>? Seeds, int Images, int Dimension, Action<Span<float>> Read);
