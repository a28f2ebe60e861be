using Semblance.Models.Configuration;

namespace Semblance.Models.Networks;

/// <summary>The <c>config.json</c> of transformers' <c>T5EncoderModel</c>.</summary>
/// <param name="VocabSize">Rows of the embedding table, which may be more than the tokenizer has ids.</param>
/// <param name="Width">Of a token (<c>d_model</c>).</param>
/// <param name="HeadWidth">Of a head (<c>d_kv</c>); heads x this need not be the width.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="InnerWidth">Of the feed-forward part (<c>d_ff</c>).</param>
/// <param name="Gated">Whether the feed-forward part is gated, as in T5 v1.1.</param>
/// <param name="Activation">Name of its activation function.</param>
/// <param name="Buckets">Of relative positions.</param>
/// <param name="MaxDistance">From which on all positions are one bucket.</param>
/// <param name="Epsilon">Of every norm.</param>
internal sealed record T5EncoderConfig(
    int VocabSize,
    int Width,
    int HeadWidth,
    int Heads,
    int Layers,
    int InnerWidth,
    bool Gated,
    string Activation,
    int Buckets,
    int MaxDistance,
    float Epsilon
)
{
    private const string GatedPrefix = "gated-";

    /// <summary>Width of all attention heads together.</summary>
    public int AttentionWidth => Heads * HeadWidth;

    /// <summary>Reads the config; what is absent has the value of transformers' class.</summary>
    /// <exception cref="InputException">A value is wrong, or it is another network.</exception>
    public static T5EncoderConfig Read(ConfigJson json)
    {
        if (json.Text("model_type", "t5") is var type and not "t5")
        {
            throw new InputException($"{json.File}: model_type is {type}, but the text encoder of PixArt is a t5.");
        }

        var projection = json.Text("feed_forward_proj", "relu");
        var gated = projection.StartsWith(GatedPrefix, StringComparison.Ordinal);
        // By "gated-gelu" the published models mean the tanh approximation.
        var function =
            projection == "gated-gelu" ? "gelu_new"
            : gated ? projection[GatedPrefix.Length..]
            : projection;
        var buckets = json.Size("relative_attention_num_buckets", 32);
        var distance = json.Size("relative_attention_max_distance", 128);
        return buckets % 4 == 0 && distance > buckets / 4
            ? new T5EncoderConfig(
                json.Size("vocab_size", 32128),
                json.Size("d_model", 512),
                json.Size("d_kv", 64),
                json.Size("num_heads", 8),
                json.Size("num_layers", 6, ConfigJson.MostLayers),
                json.Size("d_ff", 2048),
                gated,
                ActivationFunction.Known(function, json, "feed_forward_proj"),
                buckets,
                distance,
                json.Epsilon("layer_norm_epsilon", 1e-6f)
            )
            : throw new InputException(
                $"{json.File}: {buckets} relative_attention_num_buckets do not go with a relative_attention_max_distance of {distance}."
            );
    }
}
