namespace Semblance.Consistency.Kernels;

/// <summary>
/// Work cut into blocks whose number depends on the data alone. Each block writes its own result and the caller merges
/// them in order, so that the sum does not depend on how many threads there were.
/// </summary>
internal static class FixedBlocks
{
    public static void Run(int blocks, Threads threads, Action<int> block)
    {
        var workers = Math.Min(threads.Most, blocks);
        if (workers <= 1)
        {
            for (var i = 0; i < blocks; i++)
            {
                threads.Stop.ThrowIfCancellationRequested();
                block(i);
            }

            return;
        }

        // One at a time from a counter, not in ranges: blocks may differ in cost.
        var next = -1;
        Parallel.For(
            0,
            workers,
            threads.Options,
            _ =>
            {
                for (var i = Interlocked.Increment(ref next); i < blocks; i = Interlocked.Increment(ref next))
                {
                    threads.Stop.ThrowIfCancellationRequested();
                    block(i);
                }
            }
        );
    }
}
