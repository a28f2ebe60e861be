using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Networks;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>
/// Stable Diffusion 1.x and 2.x (diffusers' <c>StableDiffusionPipeline</c>; Rombach et al., arXiv 2112.10752), and the base
/// model of SDXL (<c>StableDiffusionXLPipeline</c>; Podell et al., arXiv 2307.01952), which has a second text encoder, takes
/// other states of both, and gets the size conditions.
/// </summary>
internal sealed class StableDiffusionPipeline : DiffusionPipeline
{
    private readonly bool _xl;
    private readonly UNet2DConditionConfig _unet;
    private readonly IReadOnlyList<TextEncoder> _encoders;

    /// <summary>Reads and checks all configurations.</summary>
    public StableDiffusionPipeline(ModelFolder folder, DiffusionSettings settings, DiffusionProgress progress, bool xl)
        : base(folder, settings, progress, defaultGuidance: xl ? 5 : 7.5f)
    {
        _xl = xl;
        _encoders = xl
            ? [ReadEncoder("tokenizer", "text_encoder"), ReadEncoder("tokenizer_2", "text_encoder_2", pooled: true)]
            : [ReadEncoder("tokenizer", "text_encoder")];
        var json = folder.Config("unet");
        _unet = UNet2DConditionConfig.Read(json);
        UNetChecks.Latents(json, _unet, Autoencoder);
        UNetChecks.TextWidth(json, _unet, _encoders.Sum(encoder => encoder.Config.Transformer.HiddenSize));
        var (first, last) = (_encoders[0].Config, _encoders[^1].Config);
        if (_unet.Added?.PooledWidth != (xl ? last.ProjectionDim : null))
        {
            throw new InputException(
                xl
                    ? $"{json.File}: the U-Net does not take the pooled text of {last.ProjectionDim} numbers that text_encoder_2 gives; it is not an SDXL base model."
                    : $"{json.File}: the U-Net is one of SDXL, but {folder.Index.File} names {folder.ClassName}."
            );
        }

        if (first.MaxPositions != last.MaxPositions)
        {
            throw new InputException(
                $"{folder.Path}: the text encoders read {first.MaxPositions} and {last.MaxPositions} tokens, which must be the same number."
            );
        }

        if (!xl)
        {
            RefuseSizeConditions();
        }

        RefusePixArtSettings();
        if (_unet.GuidanceWidth is not null && settings.NegativePrompt is { Length: > 0 })
        {
            Warnings.Tell(
                $"{Model} takes the guidance scale as an input of its U-Net; the negative prompt is not used."
            );
        }

        foreach (
            var encoder in _encoders.Where(encoder => ClipSkip < 1 || ClipSkip > encoder.Config.Transformer.Layers)
        )
        {
            throw new UsageException(
                $"{Model} has no layer {ClipSkip} from the end in its {encoder.Component}: give 1 (the last) to {encoder.Config.Transformer.Layers}."
            );
        }

        Lora = LoadLoras(_unet, ["unet", .. _encoders.Select(encoder => encoder.Component)]);
    }

    /// <summary>A network that takes the guidance scale as an input makes its guidance itself, as diffusers has it.</summary>
    private protected override Guidance Guidance => _unet.GuidanceWidth is null ? base.Guidance : new Guidance(0);

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, PromptPair> EncodePrompts(
        IReadOnlyList<string> texts,
        CancellationToken cancellationToken = default
    )
    {
        var zeros =
            _xl
            && Settings.NegativePrompt is null
            && Folder.Index.Flag("force_zeros_for_empty_prompt", otherwise: true);
        var negative = Settings.NegativePrompt ?? "";
        // A fine-tune's words stand for its tokens in the prompt, not in the negative one.
        var positive = texts.Select(Lora.Replace);
        string[] all = [.. (Guidance.Applies && !zeros ? positive.Append(negative) : positive).Distinct()];
        PromptEmbedding[][] each = [.. _encoders.Select(encoder => EncodeAll(encoder, all, cancellationToken))];
        var joined = all.Index()
            .ToDictionary(text => text.Item, text => Join([.. each.Select(embeddings => embeddings[text.Index])]));
        return texts.ToDictionary(
            text => text,
            text =>
            {
                var embedding = joined[Lora.Replace(text)];
                return new PromptPair(
                    embedding,
                    !Guidance.Applies ? null
                        : zeros ? embedding.Zeros()
                        : joined[negative]
                );
            }
        );
    }

    /// <inheritdoc/>
    internal override Denoiser OpenDenoiser(int height, int width, Device device)
    {
        var positive = Settings.Sizes ?? SizeConditions.Of(height, width);
        return UNetDenoiser.Open(
            Folder.Weights("unet"),
            _unet,
            LatentsOf(height, width),
            _encoders[0].Config.MaxPositions,
            Guidance,
            GuidanceScale,
            (Settings.NegativeSizes ?? positive, positive),
            Settings.Threads,
            Lora.For("unet"),
            device,
            Settings.Precision,
            Settings.Batch
        );
    }

    /// <inheritdoc/>
    private protected override long Activations(LatentShape shape) =>
        PipelineMemory.Activations(_unet, shape, Guidance.Batch);

    /// <inheritdoc/>
    private protected override void RehearsePrompts(IReadOnlyList<string> prompts)
    {
        foreach (var encoder in _encoders)
        {
            using var opened = Open(encoder);
            // Both encoders cut at the same place; one warning is enough.
            if (encoder == _encoders[0])
            {
                Warnings.TellOf(
                    prompts,
                    NegativePrompt,
                    opened.Tokens,
                    text => opened.CutFrom(Lora.Replace(text)),
                    text => opened.Ids(Lora.Replace(text))
                );
            }
        }
    }

    /// <summary>From which layer the states are taken, counted from the end.</summary>
    private int ClipSkip => Settings.ClipSkip ?? (_xl ? 2 : 1);

    private TextEncoder ReadEncoder(string tokenizer, string component, bool pooled = false) =>
        new(tokenizer, component, ClipTextConfig.Read(Folder.Config(component), projection: null), pooled);

    private ClipPromptEncoder Open(TextEncoder encoder) =>
        new(
            Lora.Extend(Folder.ClipTokenizer(encoder.Tokenizer)),
            Folder.Weights(encoder.Component),
            encoder.Config,
            new ClipStates(ClipSkip, Normed: !_xl),
            Settings.Threads,
            Lora.For(encoder.Component),
            encoder.Pooled,
            Settings.Device,
            Settings.Precision
        );

    private PromptEmbedding[] EncodeAll(TextEncoder encoder, string[] texts, CancellationToken cancellationToken)
    {
        using var opened = Open(encoder);
        return
        [
            .. texts.Select(text =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return opened.Encode(text);
            }),
        ];
    }

    /// <summary>The states of all encoders side by side, token by token, and the last one's pooled text.</summary>
    private PromptEmbedding Join(PromptEmbedding[] parts)
    {
        var tokens = _encoders[0].Config.MaxPositions;
        var states = new float[parts.Sum(part => part.States.Length)];
        var rest = states.AsSpan();
        for (var token = 0; token < tokens; token++)
        {
            foreach (var part in parts)
            {
                var width = part.States.Length / tokens;
                part.States.AsSpan(token * width, width).CopyTo(rest);
                rest = rest[width..];
            }
        }

        return new PromptEmbedding(states, parts[^1].Pooled, Mask: []);
    }

    /// <summary>A text encoder with its tokenizer.</summary>
    /// <param name="Tokenizer">Its folder.</param>
    /// <param name="Component">The encoder's folder.</param>
    /// <param name="Config">The encoder's sizes.</param>
    /// <param name="Pooled">Whether the denoiser takes the pooled text that it gives.</param>
    private sealed record TextEncoder(string Tokenizer, string Component, ClipTextConfig Config, bool Pooled);
}
