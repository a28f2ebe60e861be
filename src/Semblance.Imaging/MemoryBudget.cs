namespace Semblance.Imaging;

/// <summary>
/// Bytes that all threads which decode share: what an image will need is known from its header, and is taken before it is
/// decoded, so that large images are decoded one after another and not as many at once as there are threads. Safe for any
/// number of threads.
/// </summary>
public sealed class MemoryBudget
{
    private const long Least = 256L << 20;

    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private long _used;

    /// <summary>A budget of so many bytes.</summary>
    /// <param name="bytes">At least 1.</param>
    public MemoryBudget(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        Bytes = bytes;
    }

    /// <summary>A quarter of the memory that this process may use, and at least 256 MiB.</summary>
    public static MemoryBudget OfMachine { get; } =
        new(Math.Max(Least, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4));

    /// <summary>All that there are, free or taken.</summary>
    public long Bytes { get; }

    /// <summary>Begins the share of one image, empty at first.</summary>
    public MemoryShare Begin() => new(this);

    /// <summary>Waits until so many bytes are free, and takes them.</summary>
    internal void Take(long bytes)
    {
        while (true)
        {
            Task freed;
            lock (_gate)
            {
                if (_used + bytes <= Bytes)
                {
                    _used += bytes;
                    return;
                }

                freed = _waiting.AddLast(new TaskCompletionSource()).Value.Task;
            }

            freed.GetAwaiter().GetResult();
        }
    }

    internal void GiveBack(long bytes)
    {
        lock (_gate)
        {
            _used -= bytes;
            foreach (var waiting in _waiting)
            {
                waiting.SetResult();
            }

            _waiting.Clear();
        }
    }
}
