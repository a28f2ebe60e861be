using Semblance.Models.Encoders;

namespace Semblance.Models.Tests.Encoders;

public sealed class InferenceThreadsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 1)]
    [InlineData(4, 4, 1)]
    [InlineData(3, 3, 1)]
    [InlineData(5, 1, 5)]
    [InlineData(6, 3, 2)]
    [InlineData(8, 4, 2)]
    [InlineData(10, 2, 5)]
    [InlineData(15, 3, 5)]
    [InlineData(64, 4, 16)]
    public void Threads_are_shared_out_among_at_most_four_runs(int threads, int lanes, int perLane) =>
        Assert.Equal(
            new InferenceThreads(lanes, perLane),
            InferenceThreads.Of(new EncoderOptions { Threads = threads })
        );

    [Fact]
    public void No_number_means_all_processors() =>
        Assert.Equal(
            InferenceThreads.Of(new EncoderOptions { Threads = Environment.ProcessorCount }),
            InferenceThreads.Of(new EncoderOptions())
        );
}
