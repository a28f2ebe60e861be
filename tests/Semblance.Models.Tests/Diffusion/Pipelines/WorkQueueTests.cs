using Semblance.Models.Diffusion.Pipelines;

namespace Semblance.Models.Tests.Diffusion.Pipelines;

public sealed class WorkQueueTests
{
    [Fact]
    public async Task Workers_share_out_the_pieces_and_ask_for_one_only_when_they_are_free()
    {
        var (asked, done) = (0, 0);
        var first = new TaskCompletionSource();
        IEnumerable<int> Pieces()
        {
            for (var i = 0; i < 6; i++)
            {
                // Two workers: no piece is asked for that nobody is free to do.
                Assert.True(asked - Volatile.Read(ref done) < 2);
                asked++;
                yield return i;
            }
        }

        List<(string Worker, int Piece)> results = [];
        await foreach (
            var result in WorkQueue.RunAsync(
                ["slow", "quick"],
                Pieces(),
                (worker, piece, _) =>
                {
                    if (worker == "slow")
                    {
                        first.Task.Wait(TestContext.Current.CancellationToken);
                    }

                    Interlocked.Increment(ref done);
                    return (worker, piece);
                },
                TestContext.Current.CancellationToken
            )
        )
        {
            results.Add(result);
            if (results.Count == 5)
            {
                first.SetResult();
            }
        }

        Assert.Equal([1, 2, 3, 4, 5], results.Where(one => one.Worker == "quick").Select(one => one.Piece));
        Assert.Equal(("slow", 0), results[^1]);
    }

    [Fact]
    public async Task A_fault_ends_it_when_no_worker_is_at_work_any_more()
    {
        var atWork = 0;
        var both = new Barrier(2);
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (
                var _ in WorkQueue.RunAsync(
                    [0, 1],
                    [0, 1, 2, 3],
                    (worker, _, stop) =>
                    {
                        Interlocked.Increment(ref atWork);
                        both.SignalAndWait(TestContext.Current.CancellationToken);
                        if (worker == 0)
                        {
                            Interlocked.Decrement(ref atWork);
                            throw new InvalidOperationException("a fault");
                        }

                        stop.WaitHandle.WaitOne();
                        Interlocked.Decrement(ref atWork);
                        return worker;
                    },
                    TestContext.Current.CancellationToken
                )
            ) { }
        });
        Assert.Equal("a fault", fault.Message);
        Assert.Equal(0, atWork);
    }
}
