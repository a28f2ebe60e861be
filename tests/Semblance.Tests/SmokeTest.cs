namespace Semblance.Tests;

public sealed class SmokeTest
{
    [Fact]
    public void Fixtures_are_there() => Assert.True(Directory.Exists(Fixtures.Root));
}
