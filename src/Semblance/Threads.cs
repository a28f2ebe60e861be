using System.Runtime.ExceptionServices;

namespace Semblance;

/// <summary>How many threads a computation may use, and when it is to end; a number alone means that it runs to its end.</summary>
/// <param name="Count">0 for all cores; no result depends on it.</param>
/// <param name="Stop">Ends the computation with an <see cref="OperationCanceledException"/>.</param>
public readonly record struct Threads(int Count, CancellationToken Stop = default)
{
    /// <summary>How many threads to start, at least 1.</summary>
    internal int Most => Count <= 0 ? Environment.ProcessorCount : Count;

    /// <summary>How many threads, and when to stop, for <see cref="Parallel"/>.</summary>
    internal ParallelOptions Options => new() { MaxDegreeOfParallelism = Most, CancellationToken = Stop };

    /// <summary>That many threads, without a token to stop them.</summary>
    public static implicit operator Threads(int count) => new(count);

    /// <summary>
    /// Does work that is cut into blocks, whose number depends on the data alone. Each block writes its own result and the
    /// caller merges them in order, so that a sum does not depend on how many threads there were.
    /// </summary>
    /// <param name="blocks">How many.</param>
    /// <param name="block">Does the block of a number; what it throws ends the others and is thrown as it is.</param>
    /// <exception cref="OperationCanceledException"><see cref="Stop"/> came before the end.</exception>
    public void Run(int blocks, Action<int> block)
    {
        ArgumentNullException.ThrowIfNull(block);
        var stop = Stop;
        var next = -1;
        var workers = Math.Min(Most, blocks);
        if (workers <= 1)
        {
            Work();
        }
        else
        {
            try
            {
                Parallel.For(0, workers, Options, _ => Work());
            }
            catch (AggregateException faults)
            {
                ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
            }
        }

        // One at a time from a counter, not in ranges: blocks may differ in cost.
        void Work()
        {
            for (var i = Interlocked.Increment(ref next); i < blocks; i = Interlocked.Increment(ref next))
            {
                stop.ThrowIfCancellationRequested();
                block(i);
            }
        }
    }
}
