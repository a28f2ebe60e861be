using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Checkpoints;
using Semblance.Models.Encoders.Preprocessing;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Encoders;

/// <summary>The encoder that comes with the program and needs no download: EfficientNet-Lite0, pooled features.</summary>
internal static class BuiltinEncoder
{
    /// <summary>What <c>--encoder</c> takes.</summary>
    public const string Name = "builtin";

    /// <summary>What must stand beside its numbers. The figures are of 158 photos of 30 subjects.</summary>
    public const string Caution =
        "EfficientNet-Lite0 (ImageNet features): not the paper's CLIP score, on another scale; "
        + "unrelated photos score about 27, one subject about 64";

    // A flat grey picture has 0.005, photos have 11 to 20.
    private const double LowNorm = 1;

    /// <summary>The weights beside the program.</summary>
    public static string WeightsFile =>
        Path.Combine(AppContext.BaseDirectory, "Assets", "efficientnet-lite0", "efficientnet-lite0.safetensors");

    /// <summary>CLIP's geometry, so that a square picture is seen whole; (byte - 127) / 128.</summary>
    public static PreprocessingRecipe Recipe { get; } =
        new()
        {
            Name = "efficientnet-lite0",
            ResizeHeight = EfficientNetLite0.ImageSize,
            CropHeight = EfficientNetLite0.ImageSize,
            CropWidth = EfficientNetLite0.ImageSize,
            Scale = 1,
            Mean = new PerChannel(127, 127, 127),
            Std = new PerChannel(128, 128, 128),
        };

    /// <summary>Opens it.</summary>
    public static IImageEncoder Open(EncoderOptions options)
    {
        if (options.Preprocessing is { } other)
        {
            throw new UsageException(
                $"The encoder {Name} has one preprocessing of its own; leave out --preprocessing {other}."
            );
        }
        if (!File.Exists(WeightsFile))
        {
            throw new ResourceException(
                $"{WeightsFile} is missing: the program was installed without its Assets folder; install it again."
            );
        }
        var checkpoint = Checkpoint.Open(WeightsFile);
        var weights = Weights.From(checkpoint);
        var batch = options.Batch > 0 ? options.Batch : 4;
        var threads = InferenceThreads.Of(options);
        var g = new GraphBuilder(weights);
        var size = EfficientNetLite0.ImageSize;
        g.Output(
            "embedding",
            EfficientNetLite0.Forward(g.Input("pixels", TensorElementType.Float, batch, 3, size, size))
        );
        return new NetworkEncoder(
            new EncoderTraits(
                Name,
                "efficientnet-lite0",
                Revision: "",
                checkpoint.Sha256,
                weights.Precision,
                Recipe,
                EfficientNetLite0.Dimension,
                Caution,
                LowNorm,
                options.Limits
            ),
            new ImageTower(
                () => new GraphSession(g.Build(), threads.PerLane),
                "pixels",
                "embedding",
                batch,
                threads.Lanes
            )
        );
    }
}
