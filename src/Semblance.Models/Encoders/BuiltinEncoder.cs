using Semblance.Models.Checkpoints;
using Semblance.Models.Encoders.Preprocessing;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Encoders;

/// <summary>The encoder that comes with the program and needs no download: EfficientNet-Lite0, pooled features.</summary>
internal static class BuiltinEncoder
{
    /// <summary>The name by which it is asked for.</summary>
    public const string Name = "builtin";

    /// <summary>What must stand beside its numbers. The figures are of 158 photos of 30 subjects.</summary>
    public const string Caution =
        "EfficientNet-Lite0 (ImageNet features): not the paper's CLIP score, on another scale; "
        + "unrelated photos score about 27, one subject about 64";

    // A flat grey image has 0.005, photos have 11 to 20.
    private const double LowNorm = 1;

    /// <summary>The weights beside the program.</summary>
    public static string WeightsFile =>
        Path.Combine(AppContext.BaseDirectory, "Assets", "efficientnet-lite0", "efficientnet-lite0.safetensors");

    /// <summary>CLIP's geometry, so that a square image is seen whole; (byte - 127) / 128.</summary>
    public static PreprocessingRecipe Recipe { get; } =
        PreprocessingRecipe.Square(
            "efficientnet-lite0",
            EfficientNetLite0.ImageSize,
            new PerChannel(127, 127, 127),
            new PerChannel(128, 128, 128)
        ) with
        {
            Scale = 1,
        };

    /// <summary>Opens the encoder from the weights that lie beside the program.</summary>
    /// <exception cref="UsageException">Another preprocessing is asked for.</exception>
    /// <exception cref="ResourceException">The weights are not beside the program.</exception>
    public static IImageEncoder Open(EncoderOptions options)
    {
        if (options.Preprocessing is { } other)
        {
            throw new UsageException($"The encoder {Name} has one preprocessing of its own and takes no other.")
            {
                Remedies = [new Remedy(RemedyKind.OwnPreprocessing, other)],
            };
        }

        if (!File.Exists(WeightsFile))
        {
            throw new ResourceException(
                $"{WeightsFile} is missing: the program was installed without its Assets folder; install it again."
            );
        }

        var checkpoint = Checkpoint.Open(WeightsFile);
        var weights = Weights.From(checkpoint);
        var network = ImageNetwork.Emit(weights, Recipe, options, (pixels, _) => EfficientNetLite0.Forward(pixels));
        return new NetworkEncoder(
            new EncoderTraits(
                Name,
                "efficientnet-lite0",
                Revision: "",
                checkpoint.Sha256,
                weights.PrecisionUnder(options.Precision),
                Recipe,
                EfficientNetLite0.Dimension,
                Caution,
                LowNorm,
                options.Limits
            )
            {
                Device = options.Device,
                FurtherDevices = options.FurtherDevices,
                Arithmetic = options.Precision,
                Files = () => checkpoint.Files,
            },
            network
        );
    }
}
