using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Texts;

namespace Semblance.Models.Tests.Diffusion.Denoising;

/// <summary>What a batch holds with guidance and without, by hand.</summary>
public sealed class GuidanceTests
{
    private static readonly PromptPair _prompt = new(
        new PromptEmbedding([1, 2], Pooled: [3], Mask: []),
        new PromptEmbedding([-1, -2], Pooled: [-3], Mask: [])
    );

    [Fact]
    public void With_guidance_the_negative_text_comes_first()
    {
        var batch = new Guidance(3);
        var prediction = new float[2];

        // Of three channels the third is dropped: 10 + 3 (11 - 10) and 20 + 3 (18 - 20).
        batch.Combine([10, 20, 30, 11, 18, 0], prediction);

        Assert.Equal(2, batch.Batch);
        Assert.Equal([5, 6, 5, 6], batch.Repeat(5, 6));
        Assert.Equal([-1, -2, 1, 2], batch.Stack(_prompt, text => text.States));
        Assert.Equal([-3, 3], batch.Stack(_prompt, text => text.Pooled));
        Assert.Equal([13, 14], prediction);
    }

    /// <summary>
    /// rescale_noise_cfg: the guided prediction, which deviates by 4.5 around 5.5, gets by a part the deviation of the
    /// prompt's, 2 around 3.
    /// </summary>
    [Theory]
    [InlineData(0.3f)]
    [InlineData(1f)]
    public void A_guided_prediction_is_rescaled_to_the_deviation_of_the_prompt_s(float part)
    {
        var prediction = new float[2];
        new Guidance(2, part).Combine([1, 0, 1, 5], prediction);
        // Unscaled 1 + 2 (1 - 1) and 0 + 2 (5 - 0).
        var factor = (part * 2 / 4.5) + (1 - part);
        Assert.Equal(1 * factor, prediction[0], 1e-6);
        Assert.Equal(10 * factor, prediction[1], 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Without_guidance_there_is_the_prompt_alone(float scale)
    {
        var batch = new Guidance(scale);
        var prediction = new float[2];

        batch.Combine([10, 20, 30], prediction);

        Assert.Equal(1, batch.Batch);
        Assert.Equal([5, 6], batch.Repeat(5, 6));
        Assert.Equal([1, 2], batch.Stack(_prompt with { Negative = null }, text => text.States));
        Assert.Equal([10, 20], prediction);
    }
}
