using System.Text.Json;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Diffusion.Texts;

namespace Semblance.Models.Tests.Diffusion.Pipelines;

/// <summary>Whole pipelines, from prompt to picture.</summary>
[Trait("speed", "slow")]
public sealed class PipelineTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases =>
        DiffusionCase.All("", "sdxl/end-to-end", "sd15/end-to-end");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Latents_after_every_step_and_the_picture_are_those_of_the_reference(string area, string name)
    {
        var golden = new DiffusionCase(area, name);
        var settings = golden.Settings;
        string[] prompts = [.. Each(settings.GetProperty("prompt")).Select(value => value.GetString()!)];
        long[] seeds = [.. Each(settings.GetProperty("seed")).Select(value => value.GetInt64())];
        var (height, width) = (settings.GetProperty("height").GetInt32(), settings.GetProperty("width").GetInt32());
        var pipeline = DiffusionPipeline.Open(golden.Model, ToSettings(settings, height, width));

        var encoded = pipeline.EncodePrompts([.. prompts.Distinct()], TestContext.Current.CancellationToken);
        AssertEmbeddings(golden, encoded[prompts[0]]);
        var shape = pipeline.LatentsOf(height, width);
        using var denoiser = pipeline.OpenDenoiser(height, width);
        using var decoder = pipeline.OpenDecoder();
        List<float> last = [];
        for (var i = 0; i < prompts.Length; i++)
        {
            var request = new ImageRequest(prompts[i], seeds[i], width, height);
            var latents = pipeline.Walk(denoiser, encoded[prompts[i]], request).SelectMany(step => step).ToArray();
            last.AddRange(latents.AsSpan(^shape.Length..));
            if (golden.Has("latents_after_step"))
            {
                AssertLatents(golden, "latents_after_step", latents, shape.Length);
            }
        }

        if (golden.Has("final_latents"))
        {
            AssertLatents(golden, "final_latents", [.. last], shape.Length);
        }

        if (golden.Has("image"))
        {
            var decoded = decoder.Decode(shape.Over([.. last]));
            var request = new ImageRequest(prompts[0], seeds[0], width, height);
            AssertImage(golden, pipeline.Finish(decoded, request));
        }
    }

    public static IEnumerable<TheoryDataRow<string, string>> CasesWithPictures =>
        Cases.Where(row => new DiffusionCase(row.Data.Item1, row.Data.Item2).Has("image"));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(CasesWithPictures))]
    public async Task The_generator_hands_out_the_pictures_of_the_reference(string area, string name)
    {
        var golden = new DiffusionCase(area, name);

        var settings = golden.Settings;
        var (height, width) = (settings.GetProperty("height").GetInt32(), settings.GetProperty("width").GetInt32());
        var prompt = settings.GetProperty("prompt").GetString()!;
        var seed = settings.GetProperty("seed").GetInt64();
        var pipeline = DiffusionPipeline.Open(golden.Model, ToSettings(settings, height, width));

        // Another picture before it must not matter.
        ImageRequest[] requests = [new("other", seed + 1, width, height), new(prompt, seed, width, height)];
        var images = new List<GeneratedImage>();
        await foreach (var image in pipeline.GenerateAsync(requests, TestContext.Current.CancellationToken))
        {
            images.Add(image);
        }

        Assert.Equal(requests, images.Select(image => image.Request));
        AssertImage(golden, images[1].Pixels());
    }

    private static DiffusionSettings ToSettings(JsonElement json, int height, int width) =>
        new()
        {
            Steps = json.GetProperty("num_inference_steps").GetInt32(),
            Guidance = json.GetProperty("guidance_scale").GetSingle(),
            NegativePrompt = json.GetProperty("negative_prompt").GetString(),
            Scheduler = json.TryGetProperty("scheduler", out var scheduler) ? scheduler.GetString() : null,
            Sizes = Sizes(json, "", height, width),
            NegativeSizes = Sizes(json, "negative_", height, width),
            Threads = 1,
        };

    private static SizeConditions? Sizes(JsonElement json, string prefix, int height, int width)
    {
        int[]? Pair(string name) =>
            json.TryGetProperty(prefix + name, out var pair) ? [pair[0].GetInt32(), pair[1].GetInt32()] : null;
        var (original, crop, target) = (Pair("original_size"), Pair("crops_coords_top_left"), Pair("target_size"));
        if (original is null && crop is null && target is null)
        {
            return null;
        }

        (original, crop, target) = (original ?? [height, width], crop ?? [0, 0], target ?? [height, width]);
        return new SizeConditions(original[0], original[1], crop[0], crop[1], target[0], target[1]);
    }

    private static IEnumerable<JsonElement> Each(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [json];

    private static void AssertEmbeddings(DiffusionCase golden, PromptPair pair)
    {
        void Check(string tensor, float[]? actual)
        {
            if (golden.Has(tensor))
            {
                // The tolerance of the text encoders' own cases.
                golden.AssertClose(tensor, actual, 2e-5);
            }
        }

        Check("prompt_embeds", pair.Positive.States);
        Check("pooled_prompt_embeds", pair.Positive.Pooled);
        Check("negative_prompt_embeds", pair.Negative?.States);
        Check("negative_pooled_prompt_embeds", pair.Negative?.Pooled);
    }

    /// <summary>Each latent is near the golden one, measured by the standard deviation of its own picture and step.</summary>
    private static void AssertLatents(DiffusionCase golden, string tensor, float[] actual, int length)
    {
        var expected = golden.Expected(tensor);
        Assert.Equal(expected.Length, actual.Length);
        for (var start = 0; start < expected.Length; start += length)
        {
            var want = expected.AsSpan(start, length);
            var off = DiffusionCase.Farthest(want, actual.AsSpan(start, length)) / Deviation(want.ToArray());
            Assert.True(off <= golden.Tolerance("latents_max_abs_over_std"), $"{tensor}, row {start / length}: {off}");
        }
    }

    private static void AssertImage(DiffusionCase golden, byte[] actual)
    {
        var expected = golden.ExpectedBytes("image");
        Assert.Equal(expected.Length, actual.Length);
        var off = expected.Zip(actual, (want, got) => Math.Abs(want - got)).ToArray();
        Assert.InRange(off.Max(), 0, golden.Tolerance("image_levels"));
        Assert.InRange(
            off.Count(levels => levels > 0) / (double)off.Length,
            0,
            golden.Tolerance("image_levels_share_differing")
        );
    }

    private static double Deviation(float[] values)
    {
        var mean = values.Average(value => (double)value);
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
