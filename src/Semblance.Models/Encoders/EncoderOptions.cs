using Semblance.Models.Imaging;

namespace Semblance.Models.Encoders;

/// <summary>What a caller may ask of an encoder beside its name.</summary>
public sealed record EncoderOptions
{
    /// <summary>
    /// Name of a preprocessing recipe (<c>openai</c>, <c>hf</c>, <c>hf4</c>, <c>siglip</c>, <c>dinov2</c>) instead of
    /// the encoder's own; null for that.
    /// </summary>
    public string? Preprocessing { get; init; }

    /// <summary>Threads within one operator of the network; 0 for one per physical core.</summary>
    public int Threads { get; init; }

    /// <summary>Limits on pictures.</summary>
    public ImageLimits Limits { get; init; } = ImageLimits.Default;

    /// <summary>The Hugging Face cache's folder; null for the one that HF_HUB_CACHE or HF_HOME name.</summary>
    public string? HubCache { get; init; }

    /// <summary>Images in one run of the network; 0 for the encoder's own choice. The last bits of a vector depend on it.</summary>
    internal int Batch { get; init; }
}
