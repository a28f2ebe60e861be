namespace Semblance;

/// <summary>
/// The bytes of one image file, and what has been made of them on the way to pixels: encoders that have steps in common
/// (decoding, a resize) take these once. Not thread-safe.
/// </summary>
/// <param name="content">The whole file.</param>
public sealed class ImageFile(ReadOnlyMemory<byte> content)
{
    private readonly Dictionary<object, object> _made = [];

    /// <summary>All bytes of the file, not decoded.</summary>
    public ReadOnlyMemory<byte> Content { get; } = content;

    /// <summary>What a step gives, which is taken at the first call with its key.</summary>
    /// <typeparam name="T">What it gives; part of the key.</typeparam>
    /// <param name="key">Everything that the result depends on beside the file, compared by value.</param>
    /// <param name="step">The step; what it throws is not kept.</param>
    public T Once<T>(object key, Func<T> step)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(step);
        if (!_made.TryGetValue((typeof(T), key), out var made))
        {
            _made[(typeof(T), key)] = made = step();
        }

        return (T)made;
    }
}
