using System.Text.Json.Nodes;
using Semblance.Imaging.Formats;
using Semblance.Remote.Calls;
using Semblance.Remote.Settings;

namespace Semblance.Remote.Tests.Kinds;

public sealed class HttpApiTests
{
    private const string Fox = "a red fox";

    [Theory]
    [InlineData("/generate", "/output")]
    [InlineData("/raw", "body")]
    public async Task The_image_is_that_of_prompt_and_seed(string path, string result)
    {
        await using var fake = new FakeHttp();
        using var trial = Of(fake, path, result);
        var images = await trial.RunAsync(Fox, 1, 2);
        Assert.Equal(Picture(1), images[1]);
        Assert.Equal(Picture(2), images[2]);
        Assert.Equal(CallState.Done, trial.Find(Fox, "1")!.State);
    }

    [Fact]
    public async Task A_prompt_that_looks_like_a_placeholder_stays_a_prompt()
    {
        await using var fake = new FakeHttp();
        using var trial = Of(fake);
        await trial.RunAsync("a sign that says {seed} and \"{width}\"", 3);
        Assert.Equal("a sign that says {seed} and \"{width}\"", $"{fake.Heard[^1].Json["prompt"]}");
        Assert.Equal(3, fake.Heard[^1].Json["seed"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_seed_that_the_server_replaced_ends_the_model()
    {
        await using var fake = new FakeHttp { SaysSeed = 7 };
        using var trial = Of(fake);
        Assert.Empty(await trial.RunAsync(Fox, 1, 2, 3));
        Assert.Contains("used the seed 7, and 1 was asked for", trial.Closed);
        Assert.Equal(1, fake.Made);
    }

    [Fact]
    public async Task Words_at_the_place_of_errors_are_the_reason()
    {
        await using var fake = new FakeHttp();
        using var trial = Of(fake);
        Assert.Empty(await trial.RunAsync("forbidden fruit", 1));
        Assert.Contains("not allowed here", Assert.Single(trial.Lost).Reason);
        Assert.Equal(CallState.Failed, trial.Find("forbidden fruit", "1")!.State);
    }

    [Fact]
    public async Task A_jpeg_is_kept_as_png_with_the_same_pixels()
    {
        await using var fake = new FakeHttp { Habits = new Habits { SendsJpeg = true } };
        using var trial = Of(fake);
        var images = await trial.RunAsync(Fox, 1);
        var sent = Assert.Single(trial.Received);
        Assert.Equal("image/jpeg", sent.MediaType);
        Assert.Equal(0x89, images[1][0]);
        Assert.Equal(ImageDecoder.Decode(sent.Bytes).Samples, ImageDecoder.Decode(images[1]).Samples);
    }

    [Fact]
    public async Task An_image_of_another_size_ends_the_model()
    {
        await using var fake = new FakeHttp { Habits = new Habits { IsWider = true } };
        using var trial = Of(fake);
        Assert.Empty(await trial.RunAsync(Fox, 1, 2));
        Assert.Contains("40x32 pixels, and 32x32 were asked for", trial.Closed);
        Assert.Equal(1, fake.Made);
    }

    [Fact]
    public async Task A_black_image_is_a_state_of_its_own()
    {
        await using var fake = new FakeHttp { Habits = new Habits { IsBlack = true } };
        using var trial = Of(fake);
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Equal(CallState.Blank, trial.Find(Fox, "1")!.State);
        Assert.NotNull(Assert.Single(trial.Lost).Sent);
    }

    [Fact]
    public async Task A_file_that_ends_in_the_middle_is_a_failure_with_a_reason()
    {
        await using var fake = new FakeHttp { Habits = new Habits { Truncates = true } };
        using var trial = Of(fake);
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Contains("truncated", Assert.Single(trial.Lost).Reason);
    }

    private static byte[] Picture(long seed) => FakePicture.Png(FakeHttp.Model, Fox, seed, Trial.Side, Trial.Side);

    internal static Trial Of(FakeHttp fake, string path = "/generate", string result = "/output") =>
        new() { Server = Server(fake, path, result) };

    internal static ServerSettings Server(FakeHttp fake, string path = "/generate", string result = "/output") =>
        Trial.Of("http", fake) with
        {
            Url = new Uri(fake.Url, path),
            Template = new HttpTemplate(
                "POST",
                JsonNode.Parse(
                    """{"prompt":"{prompt}","seed":"{seed}","width":"{width}","height":"{height}","note":"seed {seed}"}"""
                ),
                result,
                "/problem/text",
                "/meta/seed"
            ),
        };
}
