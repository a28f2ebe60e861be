using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Models.Diffusion.Texts;

namespace Semblance.Models.Tests.Diffusion.Pipelines;

/// <summary>Every network of a pipeline calculates in the precision that was asked for.</summary>
public sealed class PipelinePrecisionTests
{
    // Rounding shows, and does not spoil: HalfPrecisionTests have the derivation, and these are a few steps of it.
    private static readonly (double Least, double Most) Rounded = (1e-5, 0.05);

    [Theory]
    [InlineData("sdxl/model")]
    [InlineData("sd15/model")]
    [InlineData("pixart/model/small")]
    public void Texts_steps_and_pictures_are_rounded(string model)
    {
        var (single, half) = (Open(model, Precision.Fp32), Open(model, Precision.Fp16));
        var (texts, rounded) = (Texts(single), Texts(half));
        AssertRounded(texts.Positive.States, rounded.Positive.States);
        if (texts.Positive.Pooled.Length > 0)
        {
            AssertRounded(texts.Positive.Pooled, rounded.Positive.Pooled);
        }

        var latents = Latents(single, texts);
        AssertRounded(latents, Latents(half, texts));
        var (decoded, decodedInHalf) = (Decoded(single, latents), Decoded(half, latents));
        if (model.StartsWith("sdxl", StringComparison.Ordinal))
        {
            // Its autoencoder leaves the range of fp16, and stays in fp32.
            Assert.Equal(decoded, decodedInHalf);
        }
        else
        {
            AssertRounded(decoded, decodedInHalf);
        }
    }

    private static DiffusionPipeline Open(string model, Precision precision) =>
        DiffusionPipeline.Open(
            Fixtures.At(model.Split('/')),
            new DiffusionSettings
            {
                Steps = 2,
                Threads = 1,
                Scheduler = "euler",
                Precision = precision,
                ResolutionBinning = model.StartsWith("pixart", StringComparison.Ordinal) ? false : null,
            }
        );

    private static PromptPair Texts(DiffusionPipeline pipeline) =>
        pipeline.EncodePrompts(["a cat"], TestContext.Current.CancellationToken)["a cat"];

    private static float[] Latents(DiffusionPipeline pipeline, PromptPair texts)
    {
        using var denoiser = pipeline.OpenDenoiser(64, 64);
        return [.. pipeline.Walk(denoiser, texts, new ImageRequest("a cat", 1, 64, 64)).Last()];
    }

    private static float[] Decoded(DiffusionPipeline pipeline, float[] latents)
    {
        using var decoder = pipeline.OpenDecoder();
        return decoder.Decode(pipeline.LatentsOf(64, 64).Over(latents)).Values;
    }

    private static void AssertRounded(float[] expected, float[] actual)
    {
        var error = Math.Sqrt(
            expected.Zip(actual).Sum(pair => Math.Pow(pair.First - pair.Second, 2))
                / expected.Sum(value => (double)value * value)
        );
        Assert.InRange(error, Rounded.Least, Rounded.Most);
    }
}
