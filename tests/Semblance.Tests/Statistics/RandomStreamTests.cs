using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class RandomStreamTests
{
    [Fact]
    public void The_first_draws_of_a_seed_stay_what_they_are()
    {
        var random = new RandomStream(1, 0);
        ulong[] first = [random.Next(), random.Next()];
        Assert.Equal(new RandomStream(1, 0).Next(), first[0]);
        Assert.NotEqual(new RandomStream(1, 1).Next(), first[0]);
        Assert.Equal([7982734928498899980, 7851527857629710090], first);
    }
}
