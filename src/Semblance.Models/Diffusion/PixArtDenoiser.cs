using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Graphs;

namespace Semblance.Models.Diffusion;

/// <summary>PixArt's transformer for one size of pictures. With guidance it sees negative and positive text in one batch.</summary>
internal sealed class PixArtDenoiser : IDenoiser
{
    private readonly PixArtTransformer2DConfig _config;
    private readonly LatentShape _shape;
    private readonly float _guidance;
    private readonly int _batch;
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
        (_config, _shape, _masked, _guidance) = (config, shape, masked, guidance);
        _batch = Guidance.Applies(guidance) ? 2 : 1;
        float[] resolution = [size.Height, size.Width];
        _resolution = _batch == 2 ? [.. resolution, .. resolution] : resolution;
        _ratio = [.. Enumerable.Repeat((float)((double)size.Height / size.Width), _batch)];
        var g = new GraphBuilder(weights, adapters);
        Emit(g);
        // Tables that older diffusers stored and that are no weights: places, and the text of training without prompt.
        weights.RefuseUnused("pos_embed.pos_embed", "caption_projection.y_embedding");
        _session = new DeferredSession(g.Build(), threads, compact: true);
    }

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> latents, float timestep, PromptPair prompt, Span<float> prediction)
    {
        var output = Predict(latents, timestep, prompt);
        // The channels beyond those of the latents are a variance, which no scheduler here uses. To guide them too and
        // then drop them would be the same.
        if (_batch == 2)
        {
            var half = output.Length / 2;
            Guidance.Combine(output.AsSpan(0, half), output.AsSpan(half), _guidance, prediction);
        }
        else
        {
            output.AsSpan(0, prediction.Length).CopyTo(prediction);
        }
    }

    /// <summary>What the network says before guidance.</summary>
    /// <returns>[batch, out channels, height, width], the batch being negative and positive text, or the latter alone.</returns>
    internal float[] Predict(ReadOnlySpan<float> latents, float timestep, PromptPair prompt)
    {
        PromptEmbedding[] texts = _batch == 2 ? [prompt.Negative!, prompt.Positive] : [prompt.Positive];
        var tokens = prompt.Positive.States.Length / _config.CaptionWidth;
        var output = new float[_batch * _config.OutChannels * _shape.Height * _shape.Width];
        List<Feed> inputs =
        [
            Feed.Of<float>(
                "latents",
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
                tokens,
                _config.CaptionWidth
            ),
        ];
        if (_masked)
        {
            inputs.Add(Feed.Of<float>("mask", texts.SelectMany(text => text.Mask).ToArray(), _batch, tokens));
        }
        if (_config.SizeConditions)
        {
            inputs.Add(Feed.Of<float>("resolution", _resolution, _batch, 2));
            inputs.Add(Feed.Of<float>("ratio", _ratio, _batch, 1));
        }
        _session.Loaded.Run(
            inputs,
            [Feed.Of<float>("prediction", output, _batch, _config.OutChannels, _shape.Height, _shape.Width)]
        );
        return output;
    }

    /// <inheritdoc/>
    public void Load() => _ = _session.Loaded;

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Emit(GraphBuilder g)
    {
        var latents = g.Input("latents", TensorElementType.Float, _batch, _shape.Channels, _shape.Height, _shape.Width);
        var timestep = g.Input("timestep", TensorElementType.Float, _batch);
        // Trimmed texts differ in length.
        var text = g.Input("text", TensorElementType.Float, _batch, -1, _config.CaptionWidth);
        Value? mask = _masked ? g.Input("mask", TensorElementType.Float, _batch, -1) : null;
        (Value, Value)? sizes = _config.SizeConditions
            ? (
                g.Input("resolution", TensorElementType.Float, _batch, 2),
                g.Input("ratio", TensorElementType.Float, _batch, 1)
            )
            : null;
        g.Output(
            "prediction",
            PixArtTransformer2DModel.Forward(latents, timestep, text, mask, sizes, _shape.Height, _shape.Width, _config)
        );
    }
}
