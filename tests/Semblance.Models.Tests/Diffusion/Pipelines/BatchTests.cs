using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Pipelines;

namespace Semblance.Models.Tests.Diffusion.Pipelines;

/// <summary>Several seeds at a time, and several devices: the same pictures.</summary>
public sealed class BatchTests
{
    public static IEnumerable<TheoryDataRow<string, Precision>> Models =>
        from model in new[] { "sdxl/model", "sd15/model", "pixart/model/small" }
        where Directory.Exists(Fixtures.At(model.Split('/')))
        from precision in new[] { Precision.Fp32, Precision.Fp16 }
        select new TheoryDataRow<string, Precision>(model, precision);

    /// <summary>
    /// The network's rows do not depend on each other; only the order in which a kernel adds up may depend on their number. A
    /// step's difference is then a few units of the last place (2^-24, or 2^-11) of its values, and the steps add theirs. On
    /// the processor there is none with these models.
    /// </summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Models))]
    public void An_image_hardly_depends_on_what_is_made_beside_it(string model, Precision precision)
    {
        var alone = Latents(model, precision, batch: 1, seeds: [1, 2, 3]);
        // The second turn has one image alone, and a row that nobody asked for.
        var together = Latents(model, precision, batch: 2, seeds: [1, 2, 3]);
        foreach (var (one, other) in alone.Zip(together))
        {
            var largest = one.Max(Math.Abs);
            var off = one.Zip(other).Max(pair => Math.Abs(pair.First - pair.Second));
            Assert.True(off <= largest * (precision == Precision.Fp32 ? 1e-5 : 1e-2), $"{off} of {largest}");
        }

        Assert.NotEqual(alone[0], alone[1]);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Models))]
    public async Task Two_devices_make_the_images_of_one_to_the_bit(string model, Precision precision)
    {
        var one = await ImagesAsync(model, new DiffusionSettings { Precision = precision });
        var two = await ImagesAsync(
            model,
            new DiffusionSettings { Precision = precision, FurtherDevices = [new Device(DeviceKind.Cpu)] }
        );
        Assert.Equal(one.Keys.Order(), two.Keys.Order());
        Assert.All(one, image => Assert.Equal(image.Value, two[image.Key]));
    }

    [Fact]
    public async Task A_batch_takes_seeds_of_one_prompt_that_are_wanted_and_asks_right_before()
    {
        var model = Fixtures.At("sd15", "model");
        List<long> asked = [];
        ImageRequest[] requests =
        [
            .. new long[] { 1, 2, 3, 4, 5 }.Select(seed => new ImageRequest("a", seed, 64, 64)),
            new("b", 6, 64, 64),
        ];
        List<(long Seed, int Asked)> made = [];
        var pipeline = DiffusionPipeline.Open(
            model,
            new DiffusionSettings
            {
                Steps = 1,
                Batch = 2,
                Threads = 1,
                Scheduler = "euler",
            }
        );
        await foreach (
            var image in pipeline.GenerateAsync(
                requests,
                request =>
                {
                    asked.Add(request.Seed);
                    return request.Seed != 2;
                },
                TestContext.Current.CancellationToken
            )
        )
        {
            made.Add((image.Request.Seed, asked.Count));
        }

        Assert.Equal([(1, 3), (3, 3), (4, 5), (5, 5), (6, 6)], made);
        Assert.Contains(new("batch", "2"), pipeline.Recipe);
    }

    private static float[][] Latents(string model, Precision precision, int batch, long[] seeds)
    {
        var pipeline = DiffusionPipeline.Open(
            Fixtures.At(model.Split('/')),
            new DiffusionSettings
            {
                Steps = 3,
                Batch = batch,
                Precision = precision,
                Threads = 1,
                Scheduler = "euler",
                ResolutionBinning = model.StartsWith("pixart", StringComparison.Ordinal) ? false : null,
            }
        );
        var prompt = pipeline.EncodePrompts(["a cat"], TestContext.Current.CancellationToken)["a cat"];
        using var denoiser = pipeline.OpenDenoiser(64, 64);
        return
        [
            .. seeds
                .Chunk(batch)
                .SelectMany(turn =>
                    pipeline
                        .Walk(denoiser, prompt, [.. turn.Select(seed => new ImageRequest("a cat", seed, 64, 64))])
                        .Last()
                        .Chunk(pipeline.LatentsOf(64, 64).Length)
                        .ToArray()
                ),
        ];
    }

    private static async Task<Dictionary<(string, long), byte[]>> ImagesAsync(string model, DiffusionSettings settings)
    {
        var pipeline = DiffusionPipeline.Open(
            Fixtures.At(model.Split('/')),
            settings with
            {
                Steps = 2,
                Threads = 1,
                Scheduler = "euler",
                ResolutionBinning = model.StartsWith("pixart", StringComparison.Ordinal) ? false : null,
            }
        );
        ImageRequest[] requests =
        [
            .. from prompt in new[] { "a", "b" }
            from seed in new long[] { 1, 2, 3 }
            select new ImageRequest(prompt, seed, 64, 64),
        ];
        Dictionary<(string, long), byte[]> images = [];
        await foreach (var image in pipeline.GenerateAsync(requests, TestContext.Current.CancellationToken))
        {
            images.Add((image.Request.Prompt, image.Request.Seed), image.Pixels());
        }

        return images;
    }
}
