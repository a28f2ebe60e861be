using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Graphs;

namespace Semblance.Models.Diffusion;

/// <summary>A U-Net for one size of pictures. With guidance it sees negative and positive text in one batch.</summary>
internal sealed class UNetDenoiser : IDenoiser
{
    private readonly UNet2DConditionConfig _config;
    private readonly LatentShape _shape;
    private readonly int _tokens;
    private readonly float _guidance;
    private readonly int _batch;
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
        (_config, _shape, _tokens, _guidance) = (config, shape, tokens, guidance);
        _batch = Guidance.Applies(guidance) ? 2 : 1;
        _sizes = [.. _batch == 2 ? sizes.Negative.Numbers : [], .. sizes.Positive.Numbers];
        var g = new GraphBuilder(weights, adapters);
        Emit(g);
        weights.RefuseUnused();
        _session = new DeferredSession(g.Build(), threads, compact: true);
    }

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> latents, float timestep, PromptPair prompt, Span<float> prediction)
    {
        PromptEmbedding[] texts = _batch == 2 ? [prompt.Negative!, prompt.Positive] : [prompt.Positive];
        var output = new float[_batch * _shape.Length];
        List<Feed> inputs =
        [
            Feed.Of<float>(
                "sample",
                _batch == 2 ? [.. latents, .. latents] : latents.ToArray(),
                _batch,
                _shape.Channels,
                _shape.Height,
                _shape.Width
            ),
            Feed.Of<float>("timestep", Enumerable.Repeat(timestep, _batch).ToArray(), _batch),
            Feed.Of<float>(
                "text",
                texts.SelectMany(text => text.States).ToArray(),
                _batch,
                _tokens,
                _config.Levels[0].TextWidth
            ),
        ];
        if (_config.Added is { } added)
        {
            inputs.Add(
                Feed.Of<float>("pooled", texts.SelectMany(text => text.Pooled).ToArray(), _batch, added.PooledWidth)
            );
            inputs.Add(Feed.Of<float>("sizes", _sizes, _batch, AddedConditions.Sizes));
        }
        _session.Loaded.Run(
            inputs,
            [Feed.Of<float>("prediction", output, _batch, _shape.Channels, _shape.Height, _shape.Width)]
        );
        if (_batch == 2)
        {
            Guidance.Combine(output.AsSpan(0, _shape.Length), output.AsSpan(_shape.Length), _guidance, prediction);
        }
        else
        {
            output.CopyTo(prediction);
        }
    }

    /// <inheritdoc/>
    public void Load() => _ = _session.Loaded;

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Emit(GraphBuilder g)
    {
        var sample = g.Input("sample", TensorElementType.Float, _batch, _shape.Channels, _shape.Height, _shape.Width);
        var timestep = g.Input("timestep", TensorElementType.Float, _batch);
        var text = g.Input("text", TensorElementType.Float, _batch, _tokens, _config.Levels[0].TextWidth);
        (Value, Value)? added = _config.Added is { } conditions
            ? (
                g.Input("pooled", TensorElementType.Float, _batch, conditions.PooledWidth),
                g.Input("sizes", TensorElementType.Float, _batch, AddedConditions.Sizes)
            )
            : null;
        g.Output(
            "prediction",
            UNet2DConditionModel.Forward(sample, timestep, text, added, _shape.Height, _shape.Width, _config)
        );
    }
}
