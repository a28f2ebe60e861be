namespace Semblance.Runs.Inputs.Containers;

/// <summary>A file that holds images which are read in place. Any thread may read.</summary>
/// <param name="path">The file.</param>
internal abstract class ImageContainer(string path)
{
    public string Path { get; } = path;

    /// <summary>The bytes of one image.</summary>
    /// <param name="place">Which one, as the container counts them.</param>
    /// <param name="most">Longer ones are refused.</param>
    /// <exception cref="InputException">It cannot be read; without its name.</exception>
    public abstract byte[] Read(int place, long most);

    protected static InputException TooLarge(long length, long most) =>
        new($"is too large: {length} bytes, where {most} are allowed")
        {
            Remedies = [new Remedy(RemedyKind.AllowMoreBytes)],
        };
}

/// <summary>An image that is not a file of its own.</summary>
internal sealed record HeldImage(ImageContainer Container, int Place);
