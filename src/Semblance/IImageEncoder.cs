namespace Semblance;

/// <summary>
/// Turns images into vectors as the network gives them (not normalised). Preparing and encoding are apart so that
/// decoding on some threads can overlap with inference on others.
/// </summary>
public interface IImageEncoder : IDisposable
{
    /// <summary>
    /// What makes the vectors, and the key under which they are kept: whatever changes a vector must change
    /// <see cref="EncoderIdentity.Key"/>, the version of an encoder's own code included.
    /// </summary>
    EncoderIdentity Identity { get; }

    /// <summary>How many floats one prepared image has, channels x height x width.</summary>
    int InputLength { get; }

    /// <summary>How many images to hand to <see cref="Encode"/> at once for the best speed.</summary>
    int BatchSize => 1;

    /// <summary>How many calls of <see cref="Encode"/> to have under way at once for the best speed; 1 or more.</summary>
    int Lanes => 1;

    /// <summary>Whether <see cref="EncodeText"/> can be used: the network has a text encoder in the same space.</summary>
    bool HasText => false;

    /// <summary>
    /// A sentence the reader must see beside every number made with this encoder (that it is not the paper's), or null.
    /// </summary>
    string? Caution => null;

    /// <summary>
    /// Norms below this carry no direction (an image that is 0 everywhere to the network, such as a mid-gray one); such images are flagged <c>low_norm</c>. 0 where the
    /// network has no such limit.
    /// </summary>
    double LowNorm => 0;

    /// <summary>Decodes and preprocesses one image file into <paramref name="pixels"/> (<see cref="InputLength"/> floats). Thread-safe.</summary>
    /// <exception cref="InputException">The bytes are not an image that can be read; the message says why but does not name the file.</exception>
    void Prepare(ReadOnlyMemory<byte> file, Span<float> pixels);

    /// <summary>
    /// As <see cref="Prepare"/>, and reports what the reader of the scores should know of the image. Steps that other
    /// encoders have taken of the same file are not taken again.
    /// </summary>
    /// <returns>Sentences without the name of the file and without a stop, the same for the same remark; empty as a rule.</returns>
    /// <exception cref="InputException">As <see cref="Prepare"/>.</exception>
    IReadOnlyList<string> PrepareWithRemarks(ImageFile file, Span<float> pixels)
    {
        ArgumentNullException.ThrowIfNull(file);
        Prepare(file.Content, pixels);
        return [];
    }

    /// <summary>
    /// Encodes <paramref name="count"/> prepared images. A vector does not depend on its batch neighbours nor on
    /// the calls beside it, to the bit. Thread-safe.
    /// </summary>
    /// <param name="pixels">[count, <see cref="InputLength"/>].</param>
    /// <param name="count">At least 1.</param>
    /// <param name="vectors">Receives [count, dimension], not normalised; holds anything before.</param>
    void Encode(ReadOnlyMemory<float> pixels, int count, Memory<float> vectors);

    /// <summary>What <see cref="EncodeText"/> reads of a text; null where that is not known.</summary>
    TextReading? ReadText(string text) => null;

    /// <summary>Encodes texts into the space of the images, one vector each, not normalised.</summary>
    /// <exception cref="NotSupportedException"><see cref="HasText"/> is false.</exception>
    IReadOnlyList<float[]> EncodeText(IReadOnlyList<string> texts) => throw new NotSupportedException();
}
