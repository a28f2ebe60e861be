using Semblance.Imaging;
using Semblance.Models.Devices;

namespace Semblance.Models.Encoders;

/// <summary>What a caller may ask of an encoder beside its name.</summary>
public sealed record EncoderOptions
{
    /// <summary>
    /// Name of a preprocessing recipe (<c>openai</c>, <c>hf</c>, <c>hf4</c>, <c>siglip</c>, <c>dinov2</c>) instead of
    /// the encoder's own; null for that.
    /// </summary>
    public string? Preprocessing { get; init; }

    /// <summary>Threads that the network works with; 0 for one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>What the network runs on; looked for when the network is loaded. The identity holds what is not the processor.</summary>
    public Device Device { get; init; }

    /// <summary>Others of its kind, which take a part of the images each. No number depends on them.</summary>
    public IReadOnlyList<Device> FurtherDevices { get; init; } = [];

    /// <summary>In which numbers the network calculates. The identity holds it.</summary>
    public Precision Precision { get; init; }

    /// <summary>The largest images that are decoded.</summary>
    public ImageLimits Limits { get; init; } = ImageLimits.Default;

    /// <summary>The Hugging Face cache's folder; null for the one that HF_HUB_CACHE or HF_HOME name.</summary>
    public string? HubCache { get; init; }

    /// <summary>Images in one run of the network; 0 for the encoder's own choice. The last bits of a vector depend on it.</summary>
    internal int Batch { get; init; }

    /// <summary>Runs of the network at once; 0 for the encoder's own choice.</summary>
    internal int Lanes { get; init; }
}
