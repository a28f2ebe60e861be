using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Networks;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>SDXL (diffusers' <c>StableDiffusionXLPipeline</c>; Podell et al., arXiv 2307.01952), the base model alone.</summary>
internal sealed class StableDiffusionXLPipeline : DiffusionPipeline
{
    private readonly UNet2DConditionConfig _unet;
    private readonly ClipTextConfig _first;
    private readonly ClipTextConfig _second;

    /// <summary>Reads and checks all configurations.</summary>
    public StableDiffusionXLPipeline(ModelFolder folder, DiffusionSettings settings, DiffusionProgress progress)
        : base(folder, settings, progress, defaultGuidance: 5)
    {
        _first = ClipTextConfig.Read(folder.Config("text_encoder"), projection: null);
        _second = ClipTextConfig.Read(folder.Config("text_encoder_2"), projection: null);
        var json = folder.Config("unet");
        _unet = UNet2DConditionConfig.Read(json);
        UNetChecks.Latents(json, _unet, Autoencoder);
        UNetChecks.TextWidth(json, _unet, _first.Transformer.HiddenSize + _second.Transformer.HiddenSize);
        if (_unet.Added?.PooledWidth != _second.ProjectionDim)
        {
            throw new InputException(
                $"{json.File}: the U-Net does not take the pooled text of {_second.ProjectionDim} numbers that text_encoder_2 gives; it is no SDXL base model."
            );
        }
        if (_first.MaxPositions != _second.MaxPositions)
        {
            throw new InputException(
                $"{folder.Path}: the text encoders read {_first.MaxPositions} and {_second.MaxPositions} tokens, which must be as many."
            );
        }
        RefusePixArtSettings();
        Lora = LoadLoras(_unet, "unet", "text_encoder", "text_encoder_2");
    }

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, PromptPair> EncodePrompts(
        IReadOnlyList<string> texts,
        CancellationToken cancellationToken = default
    )
    {
        var guided = Guidance.Applies(GuidanceScale);
        var zeros = Settings.NegativePrompt is null && Folder.Index.Flag("force_zeros_for_empty_prompt", true);
        var negative = Settings.NegativePrompt ?? "";
        // A fine-tune's words stand for its tokens in the prompt, not in the negative one.
        string[] positive = [.. texts.Select(Lora.Replace)];
        string[] all = [.. (guided && !zeros ? positive.Append(negative) : positive).Distinct()];
        var first = EncodeAll(all, "tokenizer", "text_encoder", _first, pooled: false, cancellationToken);
        var second = EncodeAll(all, "tokenizer_2", "text_encoder_2", _second, pooled: true, cancellationToken);
        var both = all.ToDictionary(text => text, text => Join(first[text], second[text]));
        return texts.ToDictionary(
            text => text,
            text => new PromptPair(
                both[Lora.Replace(text)],
                !guided ? null
                    : zeros ? both[Lora.Replace(text)].Zeros()
                    : both[negative]
            )
        );
    }

    /// <inheritdoc/>
    internal override IDenoiser OpenDenoiser(int height, int width)
    {
        var positive = Settings.Sizes ?? SizeConditions.Of(height, width);
        return new UNetDenoiser(
            Folder.Weights("unet"),
            _unet,
            LatentsOf(height, width),
            _first.MaxPositions,
            GuidanceScale,
            (Settings.NegativeSizes ?? positive, positive),
            Settings.Threads,
            Lora.For("unet")
        );
    }

    /// <inheritdoc/>
    private protected override long Activations(LatentShape shape, int batch) =>
        PipelineMemory.Activations(_unet, shape, batch);

    /// <inheritdoc/>
    private protected override void RehearsePrompts(IReadOnlyList<string> prompts)
    {
        using (var first = OpenEncoder("tokenizer", "text_encoder", _first, pooled: false))
        {
            // Both encoders cut at the same place; one warning is enough.
            WarnOf(
                prompts,
                first.Tokens,
                text => first.CutFrom(Lora.Replace(text)),
                text => first.Ids(Lora.Replace(text))
            );
        }
        OpenEncoder("tokenizer_2", "text_encoder_2", _second, pooled: true).Dispose();
    }

    private ClipPromptEncoder OpenEncoder(string tokenizer, string component, ClipTextConfig config, bool pooled) =>
        new(
            Lora.Extend(ClipTokenizer.Open(Folder.Component(tokenizer))),
            Folder.Weights(component),
            config,
            ClipStates.Penultimate,
            Settings.Threads,
            Lora.For(component),
            pooled
        );

    private Dictionary<string, PromptEmbedding> EncodeAll(
        string[] texts,
        string tokenizer,
        string component,
        ClipTextConfig config,
        bool pooled,
        CancellationToken cancellationToken
    )
    {
        using var encoder = OpenEncoder(tokenizer, component, config, pooled);
        var encoded = new Dictionary<string, PromptEmbedding>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            encoded.Add(text, encoder.Encode(text));
        }
        return encoded;
    }

    /// <summary>The states of both encoders side by side, token by token, and the second one's pooled text.</summary>
    private PromptEmbedding Join(PromptEmbedding first, PromptEmbedding second)
    {
        var (a, b) = (_first.Transformer.HiddenSize, _second.Transformer.HiddenSize);
        var states = new float[first.States.Length + second.States.Length];
        for (var token = 0; token < _first.MaxPositions; token++)
        {
            var row = states.AsSpan(token * (a + b), a + b);
            first.States.AsSpan(token * a, a).CopyTo(row);
            second.States.AsSpan(token * b, b).CopyTo(row[a..]);
        }
        return new PromptEmbedding(states, second.Pooled, Mask: []);
    }
}
