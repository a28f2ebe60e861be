using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Devices;
using Semblance.Models.Encoders.Preprocessing;
using Semblance.Models.Graphs;

namespace Semblance.Models.Encoders;

/// <summary>The image part: a graph from <c>Input</c> [batch, 3, h, w] to <c>Output</c> [batch, dimension].</summary>
/// <param name="Session">Loads the network on a device, for this many images at a time.</param>
/// <param name="Input">Name of the input.</param>
/// <param name="Output">Name of the output.</param>
/// <param name="Batch">How many images every run takes.</param>
/// <param name="Lanes">How many runs to have under way at once on a device.</param>
internal sealed record ImageNetwork(
    Func<Device, GraphSession> Session,
    string Input,
    string Output,
    int Batch,
    int Lanes
)
{
    /// <summary>Images of a run where the options do not say. Larger batches gain nothing on CPU and keep more images in memory.</summary>
    public const int UsualBatch = 4;

    /// <summary>Emits a network, which checks its tensors; it is loaded when it is first run.</summary>
    /// <param name="weights">The checkpoint.</param>
    /// <param name="recipe">Says how large the network's images are.</param>
    /// <param name="options">Batch and threads.</param>
    /// <param name="forward">From pixels [batch, 3, height, width] and the batch to embeddings [batch, dimension].</param>
    /// <exception cref="InputException">A tensor is missing or has another shape.</exception>
    public static ImageNetwork Emit(
        Weights weights,
        PreprocessingRecipe recipe,
        EncoderOptions options,
        Func<Value, int, Value> forward
    )
    {
        var batch = options.Batch > 0 ? options.Batch : UsualBatch;
        var threads = InferenceThreads.Of(options);
        var g = new GraphBuilder(weights, precision: options.Precision);
        var pixels = g.Input("pixels", TensorElementType.Float, batch, 3, recipe.Height, recipe.Width);
        g.Output("embeddings_out", forward(pixels, batch));
        return new ImageNetwork(
            device => new GraphSession(g.Build(), threads.PerLane, device: device),
            "pixels",
            "embeddings_out",
            batch,
            threads.Lanes
        );
    }
}
