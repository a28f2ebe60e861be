using Semblance.Remote.Calls;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Tests.Kinds;

public sealed class Automatic1111ApiTests
{
    private const string Fox = "a red fox";

    [Fact]
    public async Task The_image_is_that_of_prompt_and_seed_and_never_a_grid()
    {
        await using var fake = new FakeAutomatic1111 { SendsGrid = true };
        using var trial = Of(fake);
        Assert.Equal(Picture(FakeAutomatic1111.Checkpoint, 3), (await trial.RunAsync(Fox, 3))[3]);
    }

    [Fact]
    public async Task Names_are_the_servers_own_and_the_checkpoint_is_checked()
    {
        await using var fake = new FakeAutomatic1111();
        using var trial = Of(
            fake,
            new ServerModel("m")
            {
                Checkpoint = "other_v2.safetensors",
                Sampler = "dpm++ 2m",
                Scheduler = "KARRAS",
                Steps = 20,
            }
        );
        Assert.Equal(Picture("other_v2", 3), (await trial.RunAsync(Fox, 3))[3]);
        var sent = fake.Heard[^1].Json;
        Assert.Equal(("DPM++ 2M", "Karras"), ($"{sent["sampler_name"]}", $"{sent["scheduler"]}"));
        Assert.Equal("other_v2.safetensors [bbbbbbbbbb]", $"{sent["override_settings"]!["sd_model_checkpoint"]}");
        Assert.Equal(64, (await trial.RecipeAsync())["checkpoint_sha256"].Length);
    }

    [Fact]
    public async Task Before_version_1_9_the_schedule_is_part_of_the_name()
    {
        await using var fake = new FakeAutomatic1111 { IsOld = true };
        using var trial = Of(fake, new ServerModel("m") { Sampler = "DPM++ 2M", Scheduler = "karras" });
        await trial.RunAsync(Fox, 3);
        Assert.Equal("DPM++ 2M Karras", $"{fake.Heard[^1].Json["sampler_name"]}");
    }

    [Fact]
    public async Task A_checkpoint_that_was_dropped_ends_the_model()
    {
        await using var fake = new FakeAutomatic1111 { IgnoresOverride = true };
        using var trial = Of(fake, new ServerModel("m") { Checkpoint = "other_v2" });
        Assert.Empty(await trial.RunAsync(Fox, 1, 2));
        Assert.Contains("used the checkpoint base_v1, and other_v2 was asked for", trial.Closed);
        Assert.Equal(1, fake.Made);
    }

    [Fact]
    public async Task A_seed_that_was_replaced_ends_the_model()
    {
        await using var fake = new FakeAutomatic1111 { Habits = new Habits { HasOneSeed = true } };
        using var trial = Of(fake);
        Assert.Empty(await trial.RunAsync(Fox, 1, 2));
        Assert.Contains("used the seed 42", trial.Closed);
    }

    [Fact]
    public async Task A_lora_is_a_tag_that_the_prompt_of_the_study_does_not_have()
    {
        await using var fake = new FakeAutomatic1111();
        using var trial = Of(fake, new ServerModel("m") { Loras = [new ServerLora("fox_style", 0.8)] });
        Assert.Equal(Picture(FakeAutomatic1111.Checkpoint, 1), (await trial.RunAsync(Fox, 1))[1]);
        Assert.Equal("a red fox <lora:fox_style:0.8>", $"{fake.Heard[^1].Json["prompt"]}");
        Assert.NotNull(trial.Find(Fox, "1"));
        fake.LacksLoras = true;
        await trial.RunAsync(Fox, 2);
        Assert.Contains("did not apply the LoRA fox_style", trial.Closed);
    }

    [Theory]
    [InlineData("Euler z", null, "has no sampler \"Euler z\"; it has Euler, Euler a, DPM++ 2M")]
    [InlineData("Euler", "linear", "has no scheduler \"linear\"; it has Automatic, Karras")]
    public async Task An_unknown_name_is_refused_with_those_the_server_has(
        string sampler,
        string? scheduler,
        string reason
    )
    {
        await using var fake = new FakeAutomatic1111();
        using var trial = Of(fake, new ServerModel("m") { Sampler = sampler, Scheduler = scheduler });
        Assert.Contains(reason, (await Assert.ThrowsAsync<InputException>(() => trial.RunAsync(Fox, 1))).Message);
        Assert.Equal(0, fake.Made);
    }

    [Fact]
    public async Task A_server_without_its_api_says_how_to_start_it()
    {
        await using var fake = new FakeAutomatic1111 { LacksApi = true };
        using var trial = Of(fake);
        Assert.Contains(
            "with the API switched on",
            (await Assert.ThrowsAsync<ResourceException>(() => trial.RunAsync(Fox, 1))).Message
        );
    }

    [Fact]
    public async Task User_and_password_come_from_the_environment()
    {
        await using var fake = new FakeAutomatic1111 { BasicAuth = "me:secret-word" };
        using var trial = new Trial
        {
            Server = Trial.Of("automatic1111", fake) with
            {
                UserVariable = "USER_OF_IT",
                PasswordVariable = "WORD_OF_IT",
            },
        };
        Assert.Contains("USER_OF_IT", (await Assert.ThrowsAsync<UsageException>(() => trial.RunAsync(Fox, 1))).Message);
        (trial.Variables["USER_OF_IT"], trial.Variables["WORD_OF_IT"]) = ("me", "secret-word");
        Assert.Single(await trial.RunAsync(Fox, 1));
        trial.Variables["WORD_OF_IT"] = "wrong-word";
        var refused = (await Assert.ThrowsAsync<ResourceException>(() => trial.RunAsync(Fox, 2))).Message;
        Assert.Contains("Incorrect username or password", refused);
    }

    [Fact]
    public async Task No_image_is_a_failure()
    {
        await using var fake = new FakeAutomatic1111 { HasNoModel = true };
        using var trial = Of(fake);
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Contains("is a model loaded?", Assert.Single(trial.Lost).Reason);
    }

    [Fact]
    public async Task Draw_Things_gets_only_what_it_knows()
    {
        await using var fake = new FakeAutomatic1111 { IsDrawThings = true };
        using var trial = new Trial
        {
            Server = Trial.Of("automatic1111", fake, "draw-things"),
            Model = new ServerModel("m")
            {
                Width = Trial.Side,
                Height = Trial.Side,
                Steps = 8,
                GuidanceScale = 4,
            },
        };
        Assert.Equal(Picture(FakeAutomatic1111.Checkpoint, 9), (await trial.RunAsync(Fox, 9))[9]);
        Assert.Equal("Scale Alike", (await trial.RecipeAsync())["server_seed_mode"]);
    }

    private static Trial Of(FakeAutomatic1111 fake, ServerModel? model = null) =>
        new()
        {
            Server = Trial.Of("automatic1111", fake),
            Model = (model ?? new ServerModel("m")) with { Width = Trial.Side, Height = Trial.Side },
        };

    private static byte[] Picture(string model, long seed) => FakePicture.Png(model, Fox, seed, Trial.Side, Trial.Side);
}
