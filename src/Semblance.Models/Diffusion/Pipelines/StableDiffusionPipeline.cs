using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Networks;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>Stable Diffusion 1.x and 2.x (diffusers' <c>StableDiffusionPipeline</c>; Rombach et al., arXiv 2112.10752).</summary>
internal sealed class StableDiffusionPipeline : DiffusionPipeline
{
    private readonly UNet2DConditionConfig _unet;
    private readonly ClipTextConfig _text;

    /// <summary>Reads and checks all configurations.</summary>
    public StableDiffusionPipeline(ModelFolder folder, DiffusionSettings settings, DiffusionProgress progress)
        : base(folder, settings, progress, defaultGuidance: 7.5f)
    {
        _text = ClipTextConfig.Read(folder.Config("text_encoder"), projection: null);
        var json = folder.Config("unet");
        _unet = UNet2DConditionConfig.Read(json);
        UNetChecks.Latents(json, _unet, Autoencoder);
        UNetChecks.TextWidth(json, _unet, _text.Transformer.HiddenSize);
        if (_unet.Added is not null)
        {
            throw new InputException(
                $"{json.File}: the U-Net is one of SDXL, but {folder.Index.File} names {folder.ClassName}."
            );
        }
        RefuseSizeConditions();
        RefusePixArtSettings();
        Lora = LoadLoras(_unet, "unet", "text_encoder");
    }

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, PromptPair> EncodePrompts(
        IReadOnlyList<string> texts,
        CancellationToken cancellationToken = default
    )
    {
        using var encoder = OpenEncoder();
        PromptEmbedding Encode(string text)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return encoder.Encode(text);
        }
        var negative = Guidance.Applies(GuidanceScale) ? Encode(Settings.NegativePrompt ?? "") : null;
        return texts.ToDictionary(text => text, text => new PromptPair(Encode(Lora.Replace(text)), negative));
    }

    /// <inheritdoc/>
    internal override IDenoiser OpenDenoiser(int height, int width)
    {
        var sizes = SizeConditions.Of(height, width);
        return new UNetDenoiser(
            Folder.Weights("unet"),
            _unet,
            LatentsOf(height, width),
            _text.MaxPositions,
            GuidanceScale,
            (sizes, sizes),
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
        using var encoder = OpenEncoder();
        WarnOf(
            prompts,
            encoder.Tokens,
            text => encoder.CutFrom(Lora.Replace(text)),
            text => encoder.Ids(Lora.Replace(text))
        );
    }

    private ClipPromptEncoder OpenEncoder() =>
        new(
            Lora.Extend(ClipTokenizer.Open(Folder.Component("tokenizer"))),
            Folder.Weights("text_encoder"),
            _text,
            ClipStates.Last,
            Settings.Threads,
            Lora.For("text_encoder")
        );
}
