namespace Semblance;

/// <summary>One picture to make.</summary>
/// <param name="Prompt">Raw text.</param>
/// <param name="Seed">What sets the picture apart from others of the same prompt.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record ImageRequest(string Prompt, long Seed, int Width, int Height);

/// <summary>One picture that was made.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Pixels">8-bit RGB, rows from the top, [height, width, 3].</param>
public sealed record GeneratedImage(ImageRequest Request, byte[] Pixels);

/// <summary>Makes pictures from prompts and seeds. The same request gives the same picture, whatever else is asked for beside it.</summary>
public interface IImageGenerator
{
    /// <summary>Name of the model, as it stands in folders and tables.</summary>
    string Model { get; }

    /// <summary>
    /// Everything beside prompt, seed and size that makes the pictures what they are (checkpoints and their hashes,
    /// scheduler, steps ...), by name. It is kept with the pictures, and pictures of one model and another recipe are
    /// never mixed with them. Parts called <c>source</c>, or <c>source_...</c>, say where its files are from; they are
    /// kept too, and do not make it another recipe.
    /// </summary>
    IReadOnlyList<KeyValuePair<string, string>> Recipe { get; }

    /// <summary>Says, before anything is made, whether these pictures can be made and are all different.</summary>
    /// <param name="requests">Those that are to be made, and those of the same prompts that were made before.</param>
    /// <exception cref="UsageException">A picture cannot be made, or two would be the same.</exception>
    void Check(IReadOnlyList<ImageRequest> requests) { }

    /// <summary>
    /// Makes the pictures, each handed out as it is finished. All requests are known from the start, so that a generator
    /// may encode all prompts in one pass.
    /// </summary>
    IAsyncEnumerable<GeneratedImage> GenerateAsync(
        IReadOnlyList<ImageRequest> requests,
        CancellationToken cancellationToken = default
    );

    /// <summary>The same, where others may make some of the pictures in the meantime.</summary>
    /// <param name="requests">All pictures that may be asked for.</param>
    /// <param name="isWanted">
    /// Asked right before a picture is made, one picture at a time; where it says no, the picture is passed over.
    /// Generators to which a picture costs little need not ask.
    /// </param>
    /// <param name="cancellationToken">Stops the making.</param>
    IAsyncEnumerable<GeneratedImage> GenerateAsync(
        IReadOnlyList<ImageRequest> requests,
        Func<ImageRequest, bool> isWanted,
        CancellationToken cancellationToken = default
    ) => GenerateAsync(requests, cancellationToken);
}
