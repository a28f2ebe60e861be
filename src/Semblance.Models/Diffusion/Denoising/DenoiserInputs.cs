using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Graphs;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>What a denoising network is given: every input of its graph with the numbers that go in.</summary>
/// <param name="g">The graph.</param>
/// <param name="shape">Of the latents.</param>
/// <param name="guidance">Whose batch it sees.</param>
internal sealed class DenoiserInputs(GraphBuilder g, LatentShape shape, Guidance guidance)
{
    private readonly List<Func<PromptPair, Feed>> _conditions = [];

    public GraphBuilder Graph => g;

    public LatentShape Shape => shape;

    public Guidance Guidance => guidance;

    /// <summary>Noisy latents, [batch, channels, height, width].</summary>
    public Value Latents { get; } =
        g.Input("latents", TensorElementType.Float, guidance.Batch, shape.Channels, shape.Height, shape.Width);

    /// <summary>The timestep of each row of the batch, [batch].</summary>
    public Value Timestep { get; } = g.Input("timestep", TensorElementType.Float, guidance.Batch);

    /// <summary>Adds an input that the texts, or the size of the image, decide.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="numbers">What goes in, for negative and positive text if there is guidance.</param>
    /// <param name="sizes">Its sizes beside the batch; the first may be -1, which is then as large as the numbers are many.</param>
    /// <returns>[batch, sizes].</returns>
    public Value Add(string name, Func<PromptPair, float[]> numbers, params long[] sizes)
    {
        _conditions.Add(prompt =>
        {
            var values = numbers(prompt);
            var rest = guidance.Batch * sizes[1..].Aggregate(1L, (product, size) => product * size);
            return Feed.Of<float>(name, values, [guidance.Batch, values.Length / rest, .. sizes[1..]]);
        });
        return g.Input(name, TensorElementType.Float, [guidance.Batch, .. sizes]);
    }

    /// <summary>The numbers of one step.</summary>
    public IReadOnlyList<Feed> At(ReadOnlySpan<float> latents, float timestep, PromptPair prompt) =>
        [
            Feed.Of<float>(
                "latents",
                guidance.Repeat(latents),
                guidance.Batch,
                shape.Channels,
                shape.Height,
                shape.Width
            ),
            Feed.Of<float>("timestep", guidance.Repeat(timestep), guidance.Batch),
            .. _conditions.Select(condition => condition(prompt)),
        ];
}
