using Semblance.Models.Configuration;

namespace Semblance.Models.Networks;

/// <summary>The <c>config.json</c> of diffusers' <c>PixArtTransformer2DModel</c>, under this name or the older <c>Transformer2DModel</c>.</summary>
/// <param name="Heads">Attention heads.</param>
/// <param name="HeadWidth">Of a head.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="InChannels">Of the latents.</param>
/// <param name="OutChannels">Of the prediction; those beyond <paramref name="InChannels"/> are a variance that is not used.</param>
/// <param name="PatchSize">Side of a patch of latents that makes a token.</param>
/// <param name="SampleSize">Side of the latents that positions are counted in.</param>
/// <param name="InterpolationScale">Positions are divided by this.</param>
/// <param name="CaptionWidth">Of the text's states.</param>
/// <param name="AttentionBias">Whether queries, keys and values have biases.</param>
/// <param name="Activation">Of the feed-forward part.</param>
/// <param name="Epsilon">Of the norms in the blocks.</param>
/// <param name="SizeConditions">Whether the network gets resolution and aspect ratio.</param>
internal sealed record PixArtTransformer2DConfig(
    int Heads,
    int HeadWidth,
    int Layers,
    int InChannels,
    int OutChannels,
    int PatchSize,
    int SampleSize,
    double InterpolationScale,
    int CaptionWidth,
    bool AttentionBias,
    string Activation,
    float Epsilon,
    bool SizeConditions
)
{
    /// <summary>Names of its class, the one of before diffusers 0.30 last.</summary>
    public static readonly string[] Classes = ["PixArtTransformer2DModel", "Transformer2DModel"];

    /// <summary>Keys that would make it another network, with what they must be.</summary>
    private static readonly (string Key, string Plain)[] Fixed =
    [
        ("norm_type", "ada_norm_single"),
        ("norm_elementwise_affine", ""),
        ("attention_type", "default"),
        ("double_self_attention", ""),
        ("only_cross_attention", ""),
        ("num_vector_embeds", ""),
    ];

    /// <summary>Width of a token: all heads together.</summary>
    public int Width => Heads * HeadWidth;

    /// <summary>Side in tokens that positions are counted in.</summary>
    public int BaseSize => SampleSize / PatchSize;

    /// <summary>Reads the config; what is absent has the value of diffusers' class.</summary>
    /// <exception cref="InputException">A value is wrong, or it is another network.</exception>
    public static PixArtTransformer2DConfig Read(ConfigJson json)
    {
        var name = json.Text("_class_name", Classes[0]);
        // The older class has another default, and other networks go by its name.
        if (name == Classes[1] && json.Text("norm_type", "layer_norm") != "ada_norm_single")
        {
            throw new InputException(
                $"{json.File}: this Transformer2DModel is not PixArt's, whose norm_type is ada_norm_single."
            );
        }

        json.Refuse(Fixed, "the transformers of PixArt-alpha and PixArt-Sigma");
        var sample = json.Size("sample_size", 128);
        var patch = json.Size("patch_size", 2);
        var heads = json.Size("num_attention_heads", 16);
        var headWidth = json.Size("attention_head_dim", 72);
        if (heads * headWidth % 4 != 0 || sample % patch != 0)
        {
            throw new InputException(
                $"{json.File}: {heads} heads of {headWidth} and a sample_size of {sample} in patches of {patch} cannot have positions; the width must divide by 4 and the size by the patch."
            );
        }

        return new PixArtTransformer2DConfig(
            heads,
            headWidth,
            json.Size("num_layers", 28, ConfigJson.MostLayers),
            json.Size("in_channels", 4),
            json.Size("out_channels", 8),
            patch,
            sample,
            json.Has("interpolation_scale") ? json.Number("interpolation_scale", 1) : Math.Max(sample / 64, 1),
            json.Size("caption_channels"),
            json.Flag("attention_bias", otherwise: name == Classes[0]),
            json.Text("activation_fn", "gelu-approximate") switch
            {
                "gelu-approximate" => "gelu_pytorch_tanh",
                "gelu" => "gelu",
                var other => throw new InputException(
                    $"{json.File}: activation_fn is {other}; gelu-approximate and gelu are supported."
                ),
            },
            json.Epsilon("norm_eps", 1e-6f),
            // Configs of before diffusers 0.24 do not say it: the 1024-pixel model has them.
            json.Flag("use_additional_conditions", otherwise: sample == 128)
        );
    }
}
