using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Tests.Encoders;

/// <summary>The full-size networks ask for the published tensors, all of them and no others.</summary>
public sealed class ManifestTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Manifests => ManifestCase.All("encoders");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Manifests))]
    public void No_tensor_is_missing_and_none_left_over(string family, string name)
    {
        var manifest = new ManifestCase(family, name);
        var (config, weights) = (manifest.Config, manifest.Weights());
        var g = new GraphBuilder(weights);
        string[] others;
        if (name.StartsWith("clip", StringComparison.Ordinal))
        {
            var vision = ClipVisionConfig.Read(config.Object("vision_config")!, config.Size("projection_dim"));
            var text = ClipTextConfig.Read(config.Object("text_config")!, config.Size("projection_dim"));
            var pixels = g.Input("pixels", TensorElementType.Float, 1, 3, vision.ImageSize, vision.ImageSize);
            _ = ClipVisionModel.Forward(pixels, 1, vision, ClipNames.HuggingFace);
            var ids = g.Input("ids", TensorElementType.Int64, 1, text.MaxPositions);
            _ = ClipTextModel.Forward(ids, g.Input("at", TensorElementType.Int64, 1, 1), text, ClipNames.HuggingFace);
            others = ["logit_scale", "text_model.embeddings.position_ids", "vision_model.embeddings.position_ids"];
        }
        else if (name.StartsWith("siglip", StringComparison.Ordinal))
        {
            var vision = SiglipVisionConfig.Read(config.Object("vision_config")!);
            var pixels = g.Input("pixels", TensorElementType.Float, 1, 3, vision.ImageSize, vision.ImageSize);
            _ = SiglipVisionModel.Forward(pixels, 1, vision);
            // Its text encoder is not used.
            others =
            [
                "logit_scale",
                "logit_bias",
                .. weights.Unused.Where(key => key.StartsWith("text_model.", StringComparison.Ordinal)),
            ];
        }
        else
        {
            Assert.StartsWith("dinov2", name, StringComparison.Ordinal);
            _ = Dinov2Model.Forward(
                g.Input("pixels", TensorElementType.Float, 1, 3, 224, 224),
                1,
                224,
                224,
                Dinov2Config.Read(config)
            );
            // Only training hides patches.
            others = ["embeddings.mask_token"];
        }

        Assert.Empty(weights.Unused.Except(others));
        Assert.InRange(g.Build().Model.Length, 1, 2_000_000);
    }
}
