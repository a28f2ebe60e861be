namespace Semblance;

/// <summary>
/// The bytes of one image file, and what has been made of them on the way to pixels: encoders that have steps in common
/// (decoding, a resize) take these once. Not thread-safe.
/// </summary>
/// <param name="content">The whole file.</param>
public sealed class ImageFile(ReadOnlyMemory<byte> content) : IDisposable
{
    private readonly Dictionary<object, object> _made = [];
    private readonly List<IDisposable> _owned = [];

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

    /// <summary>Takes what the steps hold, such as a share of memory, until nothing of the file is needed any more.</summary>
    /// <typeparam name="T">Of what is held.</typeparam>
    /// <param name="held">Disposed of with the file.</param>
    public T Owning<T>(T held)
        where T : IDisposable
    {
        _owned.Add(held);
        return held;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _owned.ForEach(held => held.Dispose());
        _owned.Clear();
    }
}
