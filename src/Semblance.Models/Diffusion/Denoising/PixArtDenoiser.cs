using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Diffusion.Denoising;

/// <summary>PixArt's transformer for one size of pictures. With guidance it sees negative and positive text in one batch.</summary>
internal sealed class PixArtDenoiser : IDenoiser
{
    private readonly PixArtTransformer2DConfig _config;
    private readonly LatentShape _shape;
    private readonly GuidanceBatch _batch;
    private readonly bool _masked;
    private readonly float[] _resolution;
    private readonly float[] _ratio;
    private readonly DeferredSession _session;

    /// <summary>Emits the network, which is loaded when it is first needed.</summary>
    /// <param name="weights">Of the transformer.</param>
    /// <param name="config">Its sizes.</param>
    /// <param name="shape">Of the latents.</param>
    /// <param name="size">Of the picture in pixels, as the network is told where it has size conditions.</param>
    /// <param name="masked">Whether texts come with a mask; without one all their tokens are attended to.</param>
    /// <param name="guidance">Its scale.</param>
    /// <param name="threads">Threads within one operator; 0 for one per physical core.</param>
    /// <param name="adapters">LoRAs for it.</param>
    /// <exception cref="InputException">Tensors are missing, left over or of another shape.</exception>
    public PixArtDenoiser(
        Weights weights,
        PixArtTransformer2DConfig config,
        LatentShape shape,
        (int Height, int Width) size,
        bool masked,
        float guidance,
        int threads = 0,
        AdapterSet? adapters = null
    )
    {
        (_config, _shape, _masked, _batch) = (config, shape, masked, new GuidanceBatch(guidance));
        _resolution = _batch.Repeat(size.Height, size.Width);
        _ratio = _batch.Repeat((float)((double)size.Height / size.Width));
        var g = new GraphBuilder(weights, adapters);
        Emit(g);
        // Tables that older diffusers stored and that are no weights: places, and the text of training without prompt.
        weights.RefuseUnused("pos_embed.pos_embed", "caption_projection.y_embedding");
        _session = new DeferredSession(g.Build(), threads, Workload.Denoiser);
    }

    /// <inheritdoc/>
    /// <remarks>The network's channels beyond those of the latents are a variance, which no scheduler here uses.</remarks>
    public void Predict(ReadOnlySpan<float> latents, float timestep, PromptPair prompt, Span<float> prediction) =>
        _batch.Combine(Predict(latents, timestep, prompt), prediction);

    /// <summary>What the network says before guidance.</summary>
    /// <returns>[batch, out channels, height, width], the batch being negative and positive text, or the latter alone.</returns>
    internal float[] Predict(ReadOnlySpan<float> latents, float timestep, PromptPair prompt)
    {
        var batch = _batch.Size;
        var tokens = prompt.Positive.States.Length / _config.CaptionWidth;
        var output = new float[batch * _config.OutChannels * _shape.Height * _shape.Width];
        List<Feed> inputs =
        [
            Feed.Of<float>("latents", _batch.Repeat(latents), batch, _shape.Channels, _shape.Height, _shape.Width),
            Feed.Of<float>("timestep", _batch.Repeat(timestep), batch),
            Feed.Of<float>(
                "text",
                _batch.Stack(prompt, static text => text.States),
                batch,
                tokens,
                _config.CaptionWidth
            ),
        ];
        if (_masked)
        {
            inputs.Add(Feed.Of<float>("mask", _batch.Stack(prompt, static text => text.Mask), batch, tokens));
        }
        if (_config.SizeConditions)
        {
            inputs.Add(Feed.Of<float>("resolution", _resolution, batch, 2));
            inputs.Add(Feed.Of<float>("ratio", _ratio, batch, 1));
        }
        _session.Loaded.Run(
            inputs,
            [Feed.Of<float>("prediction", output, batch, _config.OutChannels, _shape.Height, _shape.Width)]
        );
        return output;
    }

    /// <inheritdoc/>
    public void Load() => _ = _session.Loaded;

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Emit(GraphBuilder g)
    {
        var batch = _batch.Size;
        var latents = g.Input("latents", TensorElementType.Float, batch, _shape.Channels, _shape.Height, _shape.Width);
        var timestep = g.Input("timestep", TensorElementType.Float, batch);
        // Trimmed texts differ in length.
        var text = g.Input("text", TensorElementType.Float, batch, -1, _config.CaptionWidth);
        Value? mask = _masked ? g.Input("mask", TensorElementType.Float, batch, -1) : null;
        (Value, Value)? sizes = _config.SizeConditions
            ? (
                g.Input("resolution", TensorElementType.Float, batch, 2),
                g.Input("ratio", TensorElementType.Float, batch, 1)
            )
            : null;
        g.Output(
            "prediction",
            PixArtTransformer2DModel.Forward(latents, timestep, text, mask, sizes, _shape.Height, _shape.Width, _config)
        );
    }
}
