using Semblance.Consistency;
using Semblance.Consistency.Kernels;

namespace Semblance.Tests;

public sealed class ThreadsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Everything_ends_when_asked_to(int count)
    {
        var stopped = new Threads(count, new CancellationToken(canceled: true));
        float[] rows = [1, 0, -1, 0.1f, 0, 1, 0.3f, -1];
        Assert.Throws<OperationCanceledException>(() =>
            ConsistencyScore.Of(rows, 2, new ScoreOptions { Threads = stopped })
        );
        Assert.Throws<OperationCanceledException>(() => ConsistencySums.Of(rows, 2, stopped));
        Assert.Throws<OperationCanceledException>(() => NearDuplicates.Of(rows, 2, threads: stopped));
        Assert.Throws<OperationCanceledException>(() =>
            ConsistencyFloor.Of([2, 2], 2, (set, vectors) => rows.AsSpan(set * 4, 4).CopyTo(vectors), stopped)
        );
    }

    [Fact]
    public void Pairs_are_left_when_asked_to()
    {
        // The stop comes from within: after the first tile no other is looked at.
        const int N = 300;
        float[] values = [.. Enumerable.Range(0, N * 2).Select(i => (float)Math.Sin(1 + i))];
        using var stop = new CancellationTokenSource();
        var tiles = 0;
        Assert.Throws<OperationCanceledException>(() => Visit(values));
        Assert.Equal(1, tiles);

        unsafe void Visit(float[] own)
        {
            fixed (float* data = own)
            {
                PairTiles.Visit(
                    new EmbeddingRows(data, N, 2),
                    [.. Enumerable.Repeat(1.0, N)],
                    [.. Enumerable.Range(0, N)],
                    (_, _, _, _) => true,
                    new Threads(1, stop.Token),
                    (_, _) =>
                    {
                        tiles++;
                        stop.Cancel();
                    }
                );
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_fault_of_a_block_is_thrown_as_it_is(int threads)
    {
        var fault = Assert.Throws<InvalidDataException>(() =>
            new Threads(threads).Run(100, block => throw new InvalidDataException($"block {block}"))
        );
        Assert.StartsWith("block ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_runs_to_the_end()
    {
        Threads threads = 3;
        Assert.Equal((3, CancellationToken.None), (threads.Count, threads.Stop));
        Assert.Equal(3, threads.Most);
        Assert.Equal(Environment.ProcessorCount, default(Threads).Most);
    }
}
