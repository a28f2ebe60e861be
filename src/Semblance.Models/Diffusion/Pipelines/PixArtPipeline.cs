using Semblance.Models.Devices;
using Semblance.Models.Diffusion.Captions;
using Semblance.Models.Diffusion.Components;
using Semblance.Models.Diffusion.Decoding;
using Semblance.Models.Diffusion.Denoising;
using Semblance.Models.Diffusion.Texts;
using Semblance.Models.Networks;
using Semblance.Models.Tokenizers;

namespace Semblance.Models.Diffusion.Pipelines;

/// <summary>
/// PixArt-alpha and PixArt-Sigma (diffusers' <c>PixArtAlphaPipeline</c> and <c>PixArtSigmaPipeline</c>; Chen et al., arXiv
/// 2310.00426 and 2403.04692), which differ in how much text they read.
/// </summary>
internal sealed class PixArtPipeline : DiffusionPipeline
{
    private const string Transformer = "transformer";

    private readonly PixArtTransformer2DConfig _transformer;
    private readonly T5EncoderConfig _text;
    private readonly int _tokens;
    private readonly IReadOnlyList<(int Height, int Width)>? _bins;

    /// <summary>Reads and checks all configurations.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="settings">For all images.</param>
    /// <param name="progress">Gets what happens.</param>
    /// <param name="tokens">How many tokens of a prompt are read.</param>
    public PixArtPipeline(ModelFolder folder, DiffusionSettings settings, DiffusionProgress progress, int tokens)
        : base(folder, settings, progress, defaultGuidance: 4.5f)
    {
        _tokens = tokens;
        _text = T5EncoderConfig.Read(folder.Config("text_encoder"));
        var json = folder.Config(Transformer);
        _transformer = PixArtTransformer2DConfig.Read(json);
        if (
            _transformer.InChannels != Autoencoder.LatentChannels
            || _transformer.OutChannels < Autoencoder.LatentChannels
            || _transformer.CaptionWidth != _text.Width
        )
        {
            throw new InputException(
                $"{json.File}: the transformer has {_transformer.InChannels} channels in, {_transformer.OutChannels} out and texts {_transformer.CaptionWidth} wide, "
                    + $"but the autoencoder's latents have {Autoencoder.LatentChannels} channels and the text encoder's states a width of {_text.Width}; the components do not belong together."
            );
        }

        RefuseSizeConditions();
        if (settings.GuidanceRescale > 0)
        {
            throw new UsageException($"{Model} does not have guidance rescale; only Stable Diffusion and SDXL do.");
        }

        if (settings.ClipSkip is not null)
        {
            throw new UsageException(
                $"{Model} has no CLIP text encoder of which a layer could be chosen; Stable Diffusion has."
            );
        }

        Lora = LoadLoras(unet: null, Transformer);
        if (settings.ResolutionBinning != false)
        {
            _bins =
                AspectBins.Of(_transformer.SampleSize)
                ?? throw new UsageException(
                    $"{Model} has a sample_size of {_transformer.SampleSize}, for which no aspect bins are known (32, 64, 128 and 256 have them); ask for images without resolution binning."
                )
                {
                    Remedies = [new(RemedyKind.NoResolutionBinning)],
                };
        }
    }

    /// <inheritdoc/>
    internal override LatentShape LatentsOf(int height, int width)
    {
        if (height <= 0 || width <= 0)
        {
            throw new UsageException($"{Model} cannot make images of {width}x{height}.");
        }

        var made = SizeOf(height, width);
        var (factor, unit) = (Autoencoder.Factor, Autoencoder.Factor * _transformer.PatchSize);
        return made.Height % unit == 0 && made.Width % unit == 0
            ? new LatentShape(Autoencoder.LatentChannels, made.Height / factor, made.Width / factor)
            : throw new UsageException(
                $"{Model} cannot make images of {made.Width}x{made.Height}: width and height must be multiples of {unit}, such as {Nearest(made.Width, unit)}x{Nearest(made.Height, unit)}."
            );
    }

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, PromptPair> EncodePrompts(
        IReadOnlyList<string> texts,
        CancellationToken cancellationToken = default
    )
    {
        var negative = Settings.NegativePrompt ?? "";
        string[] all = [.. Guidance.Applies ? texts.Append(negative).Distinct() : texts];
        var tokenizer = T5Tokenizer.Open(Folder.Component("tokenizer"));
        List<int[]> ids = [.. all.Select(text => tokenizer.Encode(Prepared(text), _tokens))];
        var states = OpenEncoder()
            .Encode(ids, _tokens, tokenizer.PadToken, _ => cancellationToken.ThrowIfCancellationRequested());
        var encoded = all.Zip(ids, states).ToDictionary(row => row.First, row => (Ids: row.Second, States: row.Third));
        return texts.ToDictionary(
            text => text,
            text =>
            {
                var count = encoded[text].Ids.Length;
                return new PromptPair(
                    Embedding(encoded[text].States, count, count),
                    Guidance.Applies ? Embedding(encoded[negative].States, encoded[negative].Ids.Length, count) : null
                );
            }
        );
    }

    /// <inheritdoc/>
    internal override Denoiser OpenDenoiser(int height, int width, Device device) =>
        PixArtDenoiser.Open(
            Folder.Weights(Transformer),
            _transformer,
            LatentsOf(height, width),
            SizeOf(height, width),
            masked: !Settings.TrimmedText,
            Guidance,
            Settings.Threads,
            Lora.For(Transformer),
            device,
            Settings.Precision,
            Settings.Batch
        );

    /// <inheritdoc/>
    internal override byte[] Finish(Planes decoded, ImageRequest request) =>
        PixelRounding.ToBytes(ResizeAndCrop.Apply(decoded, request.Height, request.Width));

    /// <inheritdoc/>
    private protected override long Activations(LatentShape shape) =>
        PipelineMemory.Activations(_transformer, shape, Guidance.Batch);

    /// <inheritdoc/>
    private protected override void RehearsePrompts(IReadOnlyList<string> prompts)
    {
        var tokenizer = T5Tokenizer.Open(Folder.Component("tokenizer"));
        var full = prompts.ToLookup(prompt => Prepared(prompt).Length > 0);
        Warnings.TellEmptied([.. full[false]]);
        Warnings.TellOf(
            [.. full[true]],
            NegativePrompt,
            _tokens,
            text => tokenizer.CutFrom(Prepared(text), _tokens),
            text => tokenizer.Encode(Prepared(text), _tokens)
        );
        _ = OpenEncoder().Emit(_tokens);
    }

    private T5Encoder OpenEncoder() =>
        T5Encoder.Open(
            Folder.Component("text_encoder"),
            Settings.Threads,
            Folder.Variant,
            Settings.Device,
            Settings.Precision
        );

    private string Prepared(string text) =>
        Settings.CleanCaptions ? CaptionCleaning.Clean(text) : CaptionCleaning.Plain(text);

    /// <summary>The size in pixels at which an image of this size is made.</summary>
    private (int Height, int Width) SizeOf(int height, int width) =>
        _bins is null ? (height, width) : AspectBins.Nearest(_bins, height, width);

    /// <summary>
    /// A text with its mask; or, as diffusers 0.22 to 0.23.1 did, without one and cut to the number of tokens of the
    /// prompt, so that a negative text may keep padding or lose words.
    /// </summary>
    /// <param name="states">[tokens, width].</param>
    /// <param name="count">Tokens of this text.</param>
    /// <param name="promptCount">Tokens of the prompt.</param>
    private PromptEmbedding Embedding(float[] states, int count, int promptCount)
    {
        if (Settings.TrimmedText)
        {
            return new PromptEmbedding(states[..(promptCount * _text.Width)], Pooled: [], Mask: []);
        }

        var mask = new float[_tokens];
        mask.AsSpan(0, count).Fill(1);
        return new PromptEmbedding(states, Pooled: [], mask);
    }
}
