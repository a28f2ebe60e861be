using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Diffusion.Schedulers;

namespace Semblance.Models.Tests.Diffusion.Pipelines;

/// <summary>The settings that the cards of Turbo, Lightning, Hyper, LCM and TCD ask for, on the tiny SDXL.</summary>
[Trait("speed", "slow")]
public sealed class FewStepTests
{
    private const string Prompt = "a red cube";

    private static readonly string _sdxl = Fixtures.At("sdxl", "model");

    private static readonly DiffusionSettings _plain = new() { Guidance = 0, Threads = 1 };

    public static TheoryDataRow<string, DiffusionSettings, string>[] Recipes { get; } =
    [
        new("Turbo", _plain with { Steps = 1, Scheduler = "euler-a", Spacing = TimestepSpacing.Trailing }, "999"),
        new(
            "Lightning",
            _plain with
            {
                Steps = 4,
                Scheduler = "euler",
                Spacing = TimestepSpacing.Trailing,
            },
            "999 749 499 249"
        ),
        new(
            "Lightning in one step",
            _plain with
            {
                Steps = 1,
                Scheduler = "euler",
                Spacing = TimestepSpacing.Trailing,
                Prediction = PredictionType.Sample,
            },
            "999"
        ),
        new("Hyper", _plain with { Steps = 2, Scheduler = "ddim", Spacing = TimestepSpacing.Trailing }, "999 499"),
        new("Hyper unified", _plain with { Steps = 2, Scheduler = "tcd", Eta = 1 }, "999 499"),
        new("Hyper U-Net", _plain with { Steps = 1, Scheduler = "lcm", Timesteps = [800] }, "800"),
        new("LCM-LoRA", _plain with { Steps = 4, Scheduler = "lcm", Guidance = 1.5f }, "999 759 499 259"),
        new("TCD", _plain with { Steps = 4, Scheduler = "tcd", Eta = 0.3 }, "999 759 499 259"),
        new(
            "rescaled guidance",
            _plain with
            {
                Steps = 2,
                Scheduler = "euler",
                Guidance = 5,
                GuidanceRescale = 0.7f,
            },
            "501 1"
        ),
    ];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_visits_its_timesteps_and_depends_on_the_seed_alone(
        string name,
        DiffusionSettings settings,
        string timesteps
    )
    {
        var pipeline = DiffusionPipeline.Open(_sdxl, settings);
        var visited = pipeline
            .Scheduler.Create(settings.Steps, new Schedulers.SchedulerFixtureTests.Silence())
            .Timesteps;
        Assert.Equal(timesteps, string.Join(' ', visited));
        var first = Latents(pipeline, 1);
        Assert.All(first, value => Assert.True(float.IsFinite(value), name));
        Assert.Equal(first, Latents(pipeline, 1));
        Assert.NotEqual(first, Latents(pipeline, 2));
        // What decides about the image is in the recipe.
        Assert.NotEqual(DiffusionPipeline.Open(_sdxl, _plain with { Steps = settings.Steps }).Recipe, pipeline.Recipe);
    }

    [Theory]
    [InlineData("euler", "\"eta\"", "eta")]
    [InlineData("lcm", "spacing", "spaces its timesteps")]
    [InlineData("euler-a", "timesteps", "list of timesteps")]
    [InlineData("euler-karras", "timesteps", "Karras")]
    [InlineData("euler", "rising", "must fall")]
    [InlineData("euler", "outside", "999")]
    [InlineData("ddim", "much", "0 to 1")]
    [InlineData("euler", "rescale", "guidance rescale")]
    public void What_a_scheduler_does_not_have_is_refused(string scheduler, string what, string part)
    {
        var settings = _plain with { Steps = 2, Scheduler = scheduler };
        settings = what switch
        {
            "spacing" => settings with { Spacing = TimestepSpacing.Trailing },
            "timesteps" => settings with { Timesteps = [999, 499] },
            "rising" => settings with { Timesteps = [499, 999] },
            "outside" => settings with { Timesteps = [1000, 499] },
            "much" => settings with { Eta = 1.5 },
            "rescale" => settings with { GuidanceRescale = 2 },
            _ => settings with { Eta = 0.5 },
        };
        var error = Assert.Throws<UsageException>(() => DiffusionPipeline.Open(_sdxl, settings));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// linear_1(t + cond_proj(w)) = linear_1(t) + W1 cond_proj(w): a U-Net that takes the guidance scale does what a plain
    /// one does whose first bias is that much larger.
    /// </summary>
    [Fact]
    public void A_U_Net_that_takes_the_guidance_scale_gets_it_embedded()
    {
        const int Width = 6;
        const float Scale = 3;
        const string Name = "time_embedding.linear_1";
        var unet = Checkpoint.Open(Path.Combine(_sdxl, "unet"));
        var first = unet.ReadFloat32($"{Name}.weight");
        var inputs = (int)unet.Tensors[$"{Name}.weight"].Shape[1];
        float[] projection = [.. Enumerable.Range(0, inputs * Width).Select(i => MathF.Sin(i))];
        var embedded = GuidanceEmbedding.Of(Scale, Width);
        float[] added =
        [
            .. Enumerable.Range(0, inputs).Select(i => Dot(projection.AsSpan(i * Width, Width), embedded)),
        ];

        var taking = ModelCopies
            .Of(_sdxl)
            .WithJson("unet/config.json", json => json["time_cond_proj_dim"] = Width)
            .WithTensor("unet", "time_embedding.cond_proj.weight", [inputs, Width], projection);
        var plain = ModelCopies
            .Of(_sdxl)
            .WithTensors(
                "unet",
                (name, values) =>
                    name == $"{Name}.bias"
                        ? [.. values.Select((bias, i) => bias + Dot(first.AsSpan(i * inputs, inputs), added))]
                        : values
            );

        var settings = _plain with { Steps = 2, Scheduler = "lcm" };
        var expected = Latents(DiffusionPipeline.Open(plain, settings), 1);
        var actual = Latents(DiffusionPipeline.Open(taking, settings with { Guidance = Scale }), 1);
        var largest = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f * largest));
        Assert.NotEqual(expected, Latents(DiffusionPipeline.Open(_sdxl, settings), 1));
    }

    /// <summary>By hand: w = scale - 1 = 2, in thousandths; frequencies 1, 1/100 and 1/10,000.</summary>
    [Fact]
    public void The_guidance_scale_is_embedded_as_sines_and_then_cosines()
    {
        double[] angles = [2000, 20, 0.2];
        double[] expected = [.. angles.Select(Math.Sin), .. angles.Select(Math.Cos), 0];
        Assert.All(expected.Zip(GuidanceEmbedding.Of(3, 7)), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return (float)sum;
    }

    private static float[] Latents(DiffusionPipeline pipeline, long seed)
    {
        var prompts = pipeline.EncodePrompts([Prompt], TestContext.Current.CancellationToken);
        using var denoiser = pipeline.OpenDenoiser(64, 64);
        return [.. pipeline.Walk(denoiser, prompts[Prompt], new ImageRequest(Prompt, seed, 64, 64)).Last()];
    }
}
