using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Tests.Diffusion;

/// <summary>The full-size networks ask for the published tensors, all of them and no others.</summary>
public sealed class DiffusionManifestTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Manifests => ManifestCase.All("sdxl", "sd15");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Manifests))]
    public void No_tensor_is_missing_and_none_left_over(string family, string name)
    {
        var manifest = new ManifestCase(family, name);
        var (json, weights) = (manifest.Config, manifest.Weights());
        var g = new GraphBuilder(weights);
        switch (name.Split('_')[0])
        {
            case "unet":
                var unet = UNet2DConditionConfig.Read(json);
                _ = UNet2DConditionModel.Forward(
                    g.Input("sample", TensorElementType.Float, 2, unet.InChannels, 96, 96),
                    g.Input("timestep", TensorElementType.Float, 2),
                    g.Input("text", TensorElementType.Float, 2, 77, unet.Levels[0].TextWidth),
                    unet.Added is { } added
                        ? (
                            g.Input("pooled", TensorElementType.Float, 2, added.PooledWidth),
                            g.Input("sizes", TensorElementType.Float, 2, 6)
                        )
                        : null,
                    96,
                    96,
                    unet
                );
                break;
            case "vae":
                var vae = AutoencoderKLConfig.Read(json);
                _ = AutoencoderKL.Encode(g.Input("image", TensorElementType.Float, 1, 3, 768, 768), 768, 768, vae);
                _ = AutoencoderKL.Decode(g.Input("latents", TensorElementType.Float, 1, 4, 96, 96), 96, 96, vae);
                break;
            default:
                var text = ClipTextConfig.Read(json, projection: null);
                var ids = g.Input("ids", TensorElementType.Int64, 1, text.MaxPositions);
                var (_, last) = ClipTextModel.States(ids, text, ClipNames.HuggingFace);
                if (weights.Has(ClipNames.HuggingFace.TextProjection))
                {
                    var at = g.Input("at", TensorElementType.Int64, 1, 1);
                    _ = ClipTextModel.Project(last, at, text, ClipNames.HuggingFace);
                }

                break;
        }

        Assert.Empty(weights.Unused);
        Assert.InRange(g.Build().Model.Length, 1, 2_000_000);
    }
}
