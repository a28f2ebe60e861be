using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>A U-Net for one size of pictures. With guidance it sees negative and positive text in one batch.</summary>
internal sealed class UNetDenoiser : IDenoiser
{
    private readonly UNet2DConditionConfig _config;
    private readonly LatentShape _shape;
    private readonly int _tokens;
    private readonly GuidanceBatch _batch;
    private readonly float[] _sizes;
    private readonly DeferredSession _session;

    /// <summary>Emits the network, which is loaded when it is first needed.</summary>
    /// <param name="weights">Of the U-Net.</param>
    /// <param name="config">Its sizes.</param>
    /// <param name="shape">Of the latents.</param>
    /// <param name="tokens">Length of a text.</param>
    /// <param name="guidance">Its scale.</param>
    /// <param name="sizes">What SDXL is told, for the negative and for the positive text.</param>
    /// <param name="threads">Threads within one operator; 0 for one per physical core.</param>
    /// <param name="adapters">LoRAs for it.</param>
    /// <exception cref="InputException">Tensors are missing, left over or of another shape.</exception>
    public UNetDenoiser(
        Weights weights,
        UNet2DConditionConfig config,
        LatentShape shape,
        int tokens,
        float guidance,
        (SizeConditions Negative, SizeConditions Positive) sizes,
        int threads = 0,
        AdapterSet? adapters = null
    )
    {
        (_config, _shape, _tokens, _batch) = (config, shape, tokens, new GuidanceBatch(guidance));
        _sizes = _batch.Stack(sizes.Negative.Numbers, sizes.Positive.Numbers);
        var g = new GraphBuilder(weights, adapters);
        Emit(g);
        weights.RefuseUnused();
        _session = new DeferredSession(g.Build(), threads, Workload.Denoiser);
    }

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> latents, float timestep, PromptPair prompt, Span<float> prediction)
    {
        var batch = _batch.Size;
        var output = new float[batch * _shape.Length];
        List<Feed> inputs =
        [
            Feed.Of<float>("sample", _batch.Repeat(latents), batch, _shape.Channels, _shape.Height, _shape.Width),
            Feed.Of<float>("timestep", _batch.Repeat(timestep), batch),
            Feed.Of<float>(
                "text",
                _batch.Stack(prompt, static text => text.States),
                batch,
                _tokens,
                _config.Levels[0].TextWidth
            ),
        ];
        if (_config.Added is { } added)
        {
            inputs.Add(
                Feed.Of<float>("pooled", _batch.Stack(prompt, static text => text.Pooled), batch, added.PooledWidth)
            );
            inputs.Add(Feed.Of<float>("sizes", _sizes, batch, AddedConditions.Sizes));
        }
        _session.Loaded.Run(
            inputs,
            [Feed.Of<float>("prediction", output, batch, _shape.Channels, _shape.Height, _shape.Width)]
        );
        _batch.Combine(output, prediction);
    }

    /// <inheritdoc/>
    public void Load() => _ = _session.Loaded;

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Emit(GraphBuilder g)
    {
        var batch = _batch.Size;
        var sample = g.Input("sample", TensorElementType.Float, batch, _shape.Channels, _shape.Height, _shape.Width);
        var timestep = g.Input("timestep", TensorElementType.Float, batch);
        var text = g.Input("text", TensorElementType.Float, batch, _tokens, _config.Levels[0].TextWidth);
        (Value, Value)? added = _config.Added is { } conditions
            ? (
                g.Input("pooled", TensorElementType.Float, batch, conditions.PooledWidth),
                g.Input("sizes", TensorElementType.Float, batch, AddedConditions.Sizes)
            )
            : null;
        g.Output(
            "prediction",
            UNet2DConditionModel.Forward(sample, timestep, text, added, _shape.Height, _shape.Width, _config)
        );
    }
}
