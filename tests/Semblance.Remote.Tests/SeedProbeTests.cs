using Semblance.Remote.Tests.Kinds;

namespace Semblance.Remote.Tests;

public sealed class SeedProbeTests
{
    [Theory]
    [InlineData(SeedWorth.Exact)]
    [InlineData(SeedWorth.Near)]
    [InlineData(SeedWorth.Ignored)]
    [InlineData(SeedWorth.Constant)]
    public async Task Three_images_show_what_a_seed_is_worth(SeedWorth worth)
    {
        await using var fake = new FakeHttp
        {
            Habits = new Habits
            {
                IsInexact = worth == SeedWorth.Near,
                IgnoresSeed = worth == SeedWorth.Ignored,
                HasOneSeed = worth == SeedWorth.Constant,
            },
        };
        using var trial = HttpApiTests.Of(fake);
        ProbeResult? probe = null;
        await trial.RunAsync(
            [],
            before: async generator =>
                probe = await SeedProbe.RunAsync(
                    generator,
                    new ImageRequest("a fox", 1, Trial.Side, Trial.Side),
                    new ImageRequest("a fox", 2, Trial.Side, Trial.Side),
                    TestContext.Current.CancellationToken
                ),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(worth, probe!.Worth);
        Assert.Equal(3, fake.Made);
        Assert.Equal([1, 2, 1], fake.Heard.Select(request => request.Json["seed"]!.GetValue<long>()));
    }
}
