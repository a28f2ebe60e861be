using Semblance.Remote.Calls;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Tests.Kinds;

public sealed class OpenAiApiTests
{
    private const string Fox = "a red fox";

    [Theory]
    [InlineData("localai", "step")]
    [InlineData("vllm-omni", "num_inference_steps")]
    [InlineData("sglang", "num_inference_steps")]
    [InlineData("generic", "num_inference_steps")]
    public async Task The_image_is_that_of_prompt_and_seed(string dialect, string steps)
    {
        await using var fake = new FakeOpenAi { Dialect = dialect, SendsUrls = dialect == "localai" };
        using var trial = Of(fake, dialect);
        Assert.Equal(FakePicture.Png("flux", Fox, 3, Trial.Side, Trial.Side), (await trial.RunAsync(Fox, 3))[3]);
        Assert.Equal(12, fake.Heard.First(request => request.Method == "POST").Json[steps]!.GetValue<int>());
    }

    [Fact]
    public async Task The_seed_of_stable_diffusion_cpp_goes_into_the_prompt_and_not_into_the_study()
    {
        await using var fake = new FakeOpenAi { Dialect = "sdcpp" };
        using var trial = Of(fake, "sdcpp");
        var images = await trial.RunAsync(Fox, 3, 4);
        Assert.Equal(FakePicture.Png("flux", Fox, 3, Trial.Side, Trial.Side), images[3]);
        Assert.NotEqual(images[3], images[4]);
        Assert.NotNull(trial.Find(Fox, "3"));
    }

    [Fact]
    public async Task Models_without_seeds_are_sent_none_and_are_counted()
    {
        await using var fake = new FakeOpenAi();
        using var trial = Hosted(fake);
        Assert.Equal(3, (await trial.RunAsync(Fox, 1, 2, 3)).Count);
        Assert.DoesNotContain(fake.Heard, request => request.Json.ContainsKey("seed"));
        Assert.Equal(CallState.Done, trial.Find(Fox, "r2")!.State);
        Assert.Equal(0.15m, trial.Cost());
    }

    [Theory]
    [InlineData(false, "safety system", false)]
    [InlineData(true, "a filter took it", true)]
    public async Task A_filtered_image_is_a_state_with_the_servers_words(bool silently, string words, bool isPaid)
    {
        await using var fake = new FakeOpenAi { FiltersSilently = silently };
        using var trial = Hosted(fake);
        Assert.Empty(await trial.RunAsync("forbidden fruit", 1));
        Assert.Equal(CallState.Filtered, trial.Find("forbidden fruit", "r1")!.State);
        Assert.Contains(words, Assert.Single(trial.Lost).Reason);
        Assert.Equal(isPaid ? 0.05m : 0, trial.Cost());
    }

    [Fact]
    public async Task Without_quota_the_server_gets_no_further_call()
    {
        await using var fake = new FakeOpenAi();
        fake.Fail(
            Fault.Status(429, """{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}""")
        );
        using var trial = Hosted(fake);
        Assert.Empty(await trial.RunAsync(Fox, 1, 2, 3));
        Assert.Contains("You exceeded your current quota", trial.Closed);
        Assert.Single(fake.Heard);
        Assert.Equal(0, trial.Cost());
    }

    [Fact]
    public async Task Azure_takes_its_key_in_a_header_of_its_own_and_a_query_stays()
    {
        await using var fake = new FakeOpenAi { Dialect = "azure", Key = "azure-key-1" };
        using var trial = new Trial
        {
            Server = Trial.Of("openai", fake, "azure") with
            {
                Url = new Uri(fake.Url, "/v1?api-version=2026-01-01"),
                KeyVariable = "KEY",
            },
            Model = Model with { HasNoSeeds = true },
        };
        trial.Variables["KEY"] = "azure-key-1";
        Assert.Single(await trial.RunAsync(Fox, 1));
        Assert.Equal("?api-version=2026-01-01", fake.Heard[^1].Query);
    }

    private static ServerModel Model { get; } =
        new("m")
        {
            Model = "flux",
            Width = Trial.Side,
            Height = Trial.Side,
        };

    private static Trial Of(FakeOpenAi fake, string dialect) =>
        new() { Server = Trial.Of("openai", fake, dialect), Model = Model with { Steps = 12 } };

    private static Trial Hosted(FakeOpenAi fake) =>
        new()
        {
            Server = Trial.Of("openai", fake, "openai"),
            Model = Model with { HasNoSeeds = true, PricePerImage = 0.05m },
        };
}
