using Semblance.Models.Diffusion.Pipelines;

namespace Semblance.Models.Tests.Diffusion.Lora;

/// <summary>One picture of a case through a pipeline, held to the golden tensors whose names have an ending.</summary>
internal static class PipelineRun
{
    public static void Check(DiffusionCase golden, DiffusionPipeline pipeline, string ending)
    {
        var settings = golden.Settings;
        var prompt = settings.GetProperty("prompt").GetString()!;
        var seed = settings.GetProperty("seed").GetInt64();
        var (height, width) = (settings.GetProperty("height").GetInt32(), settings.GetProperty("width").GetInt32());

        var embedding = pipeline.EncodePrompts([prompt], TestContext.Current.CancellationToken)[prompt];
        AssertEmbedding(golden, $"prompt_embeds{ending}", embedding.Positive.States);
        AssertEmbedding(golden, $"pooled_prompt_embeds{ending}", embedding.Positive.Pooled);
        using var denoiser = pipeline.OpenDenoiser(height, width);
        var request = new ImageRequest(prompt, seed, width, height);
        var latents = pipeline.Walk(denoiser, embedding, request).Last();

        var expected = golden.Expected($"final_latents{ending}");
        var mean = expected.Average(value => (double)value);
        var deviation = Math.Sqrt(expected.Average(value => (value - mean) * (value - mean)));
        var off = DiffusionCase.Farthest(expected, latents) / deviation;
        Assert.InRange(off, 0, golden.Tolerance("latents_max_abs_over_std"));

        using var decoder = pipeline.OpenDecoder();
        var pixels = pipeline.Finish(decoder.Decode(pipeline.LatentsOf(height, width).Over(latents)), request);
        var levels = golden.ExpectedBytes($"image{ending}").Zip(pixels, (a, b) => Math.Abs(a - b)).ToArray();
        Assert.Equal(pixels.Length, levels.Length);
        Assert.InRange(levels.Max(), 0, golden.Tolerance("image_levels"));
        Assert.InRange(
            levels.Count(level => level > 0) / (double)levels.Length,
            0,
            golden.Tolerance("image_levels_share_differing")
        );
    }

    private static void AssertEmbedding(DiffusionCase golden, string tensor, float[] actual)
    {
        if (golden.Has(tensor))
        {
            golden.AssertClose(tensor, actual, golden.Tolerance("prompt_embeds_max_abs"));
        }
    }
}
