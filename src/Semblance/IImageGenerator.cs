using System.Globalization;

namespace Semblance;

/// <summary>What one image is to be made from.</summary>
/// <param name="Prompt">Raw text.</param>
/// <param name="Seed">Tells the images of one prompt apart.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record ImageRequest(string Prompt, long Seed, int Width, int Height)
{
    /// <summary>Whether the model has no seeds, and <see cref="Seed"/> only counts its images of the prompt.</summary>
    public bool IsRepetition { get; init; }

    /// <summary>Names the file: the seed, or <c>r1</c> and so on for repetitions.</summary>
    public string Name =>
        IsRepetition
            ? string.Create(CultureInfo.InvariantCulture, $"r{Seed}")
            : Seed.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An image that was made.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Content">Pixels where it was made in this process, a file where a server sent it.</param>
public sealed record GeneratedImage(ImageRequest Request, ImageContent Content);

/// <summary>What a generator gives for an image: <see cref="PixelImage"/> or <see cref="EncodedImage"/>.</summary>
public abstract record ImageContent
{
    private protected ImageContent() { }
}

/// <summary>An image as its pixels in memory.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Pixels">8-bit RGB, rows from the top, [height, width, 3].</param>
public sealed record PixelImage(int Width, int Height, byte[] Pixels) : ImageContent;

/// <summary>An image as the bytes of a file, which are kept as they are.</summary>
/// <param name="MediaType"><c>image/png</c>, <c>image/jpeg</c> or <c>image/webp</c>.</param>
/// <param name="Bytes">The whole file.</param>
public sealed record EncodedImage(string MediaType, ReadOnlyMemory<byte> Bytes) : ImageContent;

/// <summary>Makes images from prompts and seeds. The same request gives the same image, whatever else is asked for beside it.</summary>
public interface IImageGenerator
{
    /// <summary>Name of the model, as folders and tables have it.</summary>
    string Model { get; }

    /// <summary>
    /// By name, all that decides what an image looks like but for prompt, seed and size: checkpoints and their hashes,
    /// scheduler, steps. It is kept with the images; images of one model and another recipe are never mixed. Parts
    /// called <c>source</c>, or <c>source_...</c>, say where the files came from; they are kept, and a difference in
    /// them does not count.
    /// </summary>
    IReadOnlyList<KeyValuePair<string, string>> Recipe { get; }

    /// <summary>
    /// Whether images come as <see cref="EncodedImage"/>, in formats that the generator chooses one by one. If not, they
    /// are <see cref="PixelImage"/>s, and whoever asked chooses the format, which then belongs to the recipe.
    /// </summary>
    bool SendsFiles => false;

    /// <summary>Checks, before anything is made, that these images can be made and all differ.</summary>
    /// <param name="requests">Those that are to be made, and those of the same prompts that were made before.</param>
    /// <exception cref="UsageException">An image cannot be made, or two would be the same.</exception>
    void Check(IReadOnlyList<ImageRequest> requests) { }

    /// <summary>
    /// Makes the images and gives each as it is finished, in any order. All requests are known from the start, so that a
    /// generator can encode all prompts in one pass.
    /// </summary>
    IAsyncEnumerable<GeneratedImage> GenerateAsync(
        IReadOnlyList<ImageRequest> requests,
        CancellationToken cancellationToken = default
    );

    /// <summary>The same, where other processes may make some of the images in the meantime.</summary>
    /// <param name="requests">All images that may be asked for.</param>
    /// <param name="isWanted">
    /// Asked right before an image is made, one image at a time; if it returns false, the image is left out. Generators
    /// that make an image in no time need not ask.
    /// </param>
    /// <param name="cancellationToken">Stops the generation.</param>
    IAsyncEnumerable<GeneratedImage> GenerateAsync(
        IReadOnlyList<ImageRequest> requests,
        Func<ImageRequest, bool> isWanted,
        CancellationToken cancellationToken = default
    ) => GenerateAsync(requests, cancellationToken);
}
