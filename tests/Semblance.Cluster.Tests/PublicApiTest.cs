using Semblance.Cluster.Jobs;

namespace Semblance.Cluster.Tests;

public sealed class PublicApiTest
{
    [Fact]
    public void The_public_api_is_as_frozen() => FrozenApi.Check(typeof(ClusterRun));
}
