namespace Semblance.Runs.Folder;

/// <summary>The embedding of an image.</summary>
/// <param name="Sha256">Of the image's file, as <see cref="ImageRecord.Sha256"/>.</param>
/// <param name="Vector">Of length 1.</param>
/// <param name="Norm">The length that it had when the network gave it.</param>
public sealed record StoredEmbedding(string Sha256, ReadOnlyMemory<float> Vector, float Norm);
