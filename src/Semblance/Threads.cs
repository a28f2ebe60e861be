namespace Semblance;

/// <summary>How many threads a computation may use, and when it is to end; a number alone means that it runs to its end.</summary>
/// <param name="Count">0 for all cores; no result depends on it.</param>
/// <param name="Stop">Ends the computation with an <see cref="OperationCanceledException"/>.</param>
public readonly record struct Threads(int Count, CancellationToken Stop = default)
{
    /// <summary>At least 1.</summary>
    internal int Most => Count <= 0 ? Environment.ProcessorCount : Count;

    /// <summary>For <see cref="Parallel"/>.</summary>
    internal ParallelOptions Options => new() { MaxDegreeOfParallelism = Most, CancellationToken = Stop };

    /// <summary>So many threads, to the end.</summary>
    public static implicit operator Threads(int count) => new(count);
}
