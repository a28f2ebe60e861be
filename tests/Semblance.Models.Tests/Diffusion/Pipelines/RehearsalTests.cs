using Semblance.Models.Checkpoints;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Networks;

namespace Semblance.Models.Tests.Diffusion.Pipelines;

/// <summary>What is found and told before anything is loaded.</summary>
public sealed class RehearsalTests
{
    private static readonly DiffusionSettings _settings = new()
    {
        Name = "tiny",
        Steps = 2,
        Threads = 1,
        Scheduler = "euler",
    };

    private static string Sdxl => Fixtures.At("sdxl", "model");

    private static string Sd15 => Fixtures.At("sd15", "model");

    private static string PixArt => Fixtures.At("pixart", "model", "small");

    public static IEnumerable<TheoryDataRow<string, string>> Components =>
        new[] { ("sdxl/model", Sdxl), ("sd15/model", Sd15), ("pixart/model/small", PixArt) }.SelectMany(model =>
            new[] { "text_encoder", "text_encoder_2", "unet", "transformer", "vae" }
                .Where(component => Directory.Exists(Path.Combine(model.Item2, component)))
                .Select(component => new TheoryDataRow<string, string>(model.Item1, component))
        );

    /// <summary>Each picture is asked about right before it is made, when those before it are out already.</summary>
    [Fact]
    public async Task What_is_not_wanted_when_its_turn_comes_is_passed_over()
    {
        var pipeline = DiffusionPipeline.Open(Sdxl, _settings);
        List<long> made = [];
        List<(long Seed, int Before)> asked = [];
        var requests = Enumerable.Range(0, 4).Select(seed => new ImageRequest("a fox", seed, 64, 64)).ToArray();
        await foreach (
            var image in pipeline.GenerateAsync(
                requests,
                request =>
                {
                    asked.Add((request.Seed, made.Count));
                    return request.Seed != 1;
                },
                TestContext.Current.CancellationToken
            )
        )
        {
            made.Add(image.Request.Seed);
        }

        Assert.Equal([0, 2, 3], made);
        Assert.Equal([(0, 0), (1, 1), (2, 1), (3, 2)], asked);
    }

    [Theory]
    [MemberData(nameof(Components))]
    public void A_missing_tensor_of_any_component_is_found(string model, string component)
    {
        var whole = Fixtures.At(model.Split('/'));
        Rehearse(whole, ["a fox"]);
        var names = Checkpoint.Open(Path.Combine(whole, component)).Tensors.Keys.ToArray();
        if (component == "vae")
        {
            // The encoder is not needed to decode.
            names = [.. names.Where(name => name.StartsWith("decoder", StringComparison.Ordinal))];
        }

        foreach (var missing in new[] { names[0], names[^1] })
        {
            var copy = ModelCopies.Of(whole).WithTensors(component, (name, values) => name == missing ? null : values);
            var fault = Assert.Throws<InputException>(() => Rehearse(copy, ["a fox"]));
            Assert.Contains(missing, fault.Message, StringComparison.Ordinal);
            Assert.Contains(component, fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("sdxl/model", "tokenizer")]
    [InlineData("sdxl/model", "tokenizer_2")]
    [InlineData("sd15/model", "tokenizer")]
    [InlineData("pixart/model/small", "tokenizer")]
    public void A_missing_tokenizer_is_found(string model, string tokenizer)
    {
        var copy = ModelCopies.Of(Fixtures.At(model.Split('/')));
        Directory.Delete(Path.Combine(copy, tokenizer), recursive: true);
        var fault = Assert.Throws<InputException>(() => Rehearse(copy, ["a fox"]));
        Assert.Contains(tokenizer, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_of_which_cleaning_leaves_nothing_are_told()
    {
        Assert.Equal(
            [
                "Nothing is left of the prompts \"h2o\", \"cat.jpg\", \"@user\" once tiny has cleaned captions of file names, links and article numbers; their images are made without any text. Write it in other words.",
            ],
            Rehearse(PixArt, ["h2o", "a fox", "cat.jpg", "@user"])
        );
        Assert.Contains(
            "\"@user\" and 1 more once tiny",
            Assert.Single(Rehearse(PixArt, ["h2o", "cat.jpg", "@user", "abc123"])),
            StringComparison.Ordinal
        );
        Assert.Contains("the prompt \"h2o\" once", Assert.Single(Rehearse(PixArt, ["h2o"])), StringComparison.Ordinal);
        Assert.Empty(Rehearse(PixArt, ["h2o", "a fox"], _settings with { CleanCaptions = false }));
    }

    [Theory]
    [InlineData("sdxl/model")]
    [InlineData("sd15/model")]
    [InlineData("pixart/model/small")]
    public void Prompts_that_become_the_same_tokens_are_told(string model)
    {
        var told = Rehearse(Fixtures.At(model.Split('/')), ["A fox", "a dog", "a  fox"]);
        Assert.Equal(
            [
                "The prompts \"A fox\", \"a  fox\" are one prompt to tiny: the same seed gives the same image for all of them.",
            ],
            told
        );
    }

    [Fact]
    public void A_thing_is_told_once()
    {
        List<string> told = [];
        var pipeline = DiffusionPipeline.Open(Sdxl, _settings, new DiffusionProgress(Warnings: new Listener(told)));
        pipeline.Rehearse(["A fox", "a fox"], 64, 64);
        pipeline.Rehearse(["A fox", "a fox"], 64, 64);
        Assert.Single(told);
    }

    [Fact]
    public void A_size_that_cannot_be_made_is_refused() =>
        Assert.Throws<UsageException>(() => DiffusionPipeline.Open(Sdxl, _settings).Rehearse(["a"], 65, 64));

    [Fact]
    public void The_usual_size_is_that_of_the_training()
    {
        static int Factor(string model) => AutoencoderKLConfig.Read(ModelFolder.Open(model).Config("vae")).Factor;
        foreach (var (model, denoiser) in new[] { (Sdxl, "unet"), (Sd15, "unet"), (PixArt, "transformer") })
        {
            var side = Factor(model) * ModelFolder.Open(model).Config(denoiser).Size("sample_size");
            Assert.Equal((side, side), DiffusionPipeline.DefaultSize(model));
        }

        var oblong = ModelCopies
            .Of(Sd15)
            .WithJson("unet/config.json", json => json["sample_size"] = new System.Text.Json.Nodes.JsonArray(8, 12));
        Assert.Equal((8 * Factor(Sd15), 12 * Factor(Sd15)), DiffusionPipeline.DefaultSize(oblong));
        DiffusionPipeline.Open(oblong, _settings);
        Assert.Equal((64 * Factor(Sd15), 64 * Factor(Sd15)), DiffusionPipeline.DefaultSize(WithoutSize(Sd15)));
        Assert.Equal((128 * Factor(Sdxl), 128 * Factor(Sdxl)), DiffusionPipeline.DefaultSize(WithoutSize(Sdxl)));

        static string WithoutSize(string model) =>
            ModelCopies.Of(model).WithJson("unet/config.json", json => json.Remove("sample_size"));
    }

    [Fact]
    public void Only_sdxl_is_told_of_sizes()
    {
        var told = _settings with { NegativeSizes = SizeConditions.Of(64, 64) };
        DiffusionPipeline.Open(Sdxl, told);
        foreach (var model in new[] { Sd15, PixArt })
        {
            var fault = Assert.Throws<UsageException>(() => DiffusionPipeline.Open(model, told));
            Assert.Contains("only SDXL does", fault.Message, StringComparison.Ordinal);
        }
    }

    private static List<string> Rehearse(string model, string[] prompts, DiffusionSettings? settings = null)
    {
        List<string> told = [];
        var (height, width) = DiffusionPipeline.DefaultSize(model);
        DiffusionPipeline
            .Open(model, settings ?? _settings, new DiffusionProgress(Warnings: new Listener(told)))
            .Rehearse(prompts, height, width);
        return told;
    }

    private sealed class Listener(List<string> told) : IProgress<string>
    {
        public void Report(string value) => told.Add(value);
    }
}
