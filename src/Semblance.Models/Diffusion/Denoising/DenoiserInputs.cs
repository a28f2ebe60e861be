using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Graphs;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>What a denoising network is given: every input of its graph with the numbers that go in.</summary>
/// <param name="g">The graph.</param>
/// <param name="shape">Of the latents of an image.</param>
/// <param name="guidance">Whose texts it sees.</param>
/// <param name="images">How many images of one prompt are made at a time.</param>
internal sealed class DenoiserInputs(GraphBuilder g, LatentShape shape, Guidance guidance, int images = 1)
{
    private readonly List<Func<PromptPair, Feed>> _conditions = [];

    public GraphBuilder Graph => g;

    public LatentShape Shape => shape;

    public Guidance Guidance => guidance;

    public int Images => images;

    /// <summary>Rows of every input: first all images with the negative text, if there is guidance, then with the positive one.</summary>
    public int Batch { get; } = guidance.Batch * images;

    /// <summary>Noisy latents, [batch, channels, height, width].</summary>
    public Value Latents { get; } =
        g.Input("latents", TensorElementType.Float, guidance.Batch * images, shape.Channels, shape.Height, shape.Width);

    /// <summary>The timestep of each row of the batch, [batch].</summary>
    public Value Timestep { get; } = g.Input("timestep", TensorElementType.Float, guidance.Batch * images);

    /// <summary>Adds an input that the texts, or the size of the image, decide.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="numbers">What goes in, for negative and positive text if there is guidance.</param>
    /// <param name="sizes">Its sizes beside the batch; the first may be -1, which is then as large as the numbers are many.</param>
    /// <returns>[batch, sizes].</returns>
    public Value Add(string name, Func<PromptPair, float[]> numbers, params long[] sizes)
    {
        _conditions.Add(prompt =>
        {
            var values = guidance.ForImages(numbers(prompt), images);
            var rest = Batch * sizes[1..].Aggregate(1L, (product, size) => product * size);
            return Feed.Of<float>(name, values, [Batch, values.Length / rest, .. sizes[1..]]);
        });
        return g.Input(name, TensorElementType.Float, [Batch, .. sizes]);
    }

    /// <summary>What stays the same through all steps of an image.</summary>
    public IEnumerable<Feed> Conditions(PromptPair prompt) => _conditions.Select(condition => condition(prompt));
}
