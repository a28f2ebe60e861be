namespace Semblance.Runs.Embedding;

/// <summary>Images that go through the network together.</summary>
internal sealed class Batch(int size, int inputLength, int dimension)
{
    private readonly float[] _pixels = new float[size * inputLength];
    private readonly float[] _vectors = new float[size * dimension];

    public List<Prepared> Images { get; } = new(size);

    public bool IsFull => Images.Count == size;

    public void Add(Prepared image)
    {
        image.Pixels.AsSpan().CopyTo(_pixels.AsSpan(Images.Count * inputLength));
        Images.Add(image with { Pixels = null });
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
