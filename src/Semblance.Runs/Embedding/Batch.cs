using Semblance.Runs.Folder;

namespace Semblance.Runs.Embedding;

/// <summary>Images that go through the network together.</summary>
internal sealed class Batch(int size, int inputLength, int dimension)
{
    private readonly float[] _pixels = new float[size * inputLength];
    private readonly float[] _vectors = new float[size * dimension];

    public List<(int Row, ImageHash Hash)> Images { get; } = new(size);

    public bool IsFull => Images.Count == size;

    public void Add(int row, ImageHash hash, float[] pixels)
    {
        pixels.CopyTo(_pixels.AsSpan(Images.Count * inputLength));
        Images.Add((row, hash));
    }

    public void Encode(IImageEncoder encoder) =>
        encoder.Encode(
            _pixels.AsMemory(0, Images.Count * inputLength),
            Images.Count,
            _vectors.AsMemory(0, Images.Count * dimension)
        );

    /// <summary>What the network gave for an image, not normalised.</summary>
    public ReadOnlySpan<float> Vector(int image) => _vectors.AsSpan(image * dimension, dimension);
}
