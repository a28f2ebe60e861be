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
