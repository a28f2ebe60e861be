using Microsoft.ML.OnnxRuntime.Tensors;
using Semblance.Models.Graphs;
using Semblance.Models.Networks;

namespace Semblance.Models.Tests.Diffusion;

/// <summary>The full-size networks of PixArt ask for the published tensors, all of them and no others.</summary>
public sealed class PixArtManifestTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Manifests => ManifestCase.All("pixart");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Manifests))]
    public void No_tensor_is_missing_and_none_left_over(string family, string name)
    {
        var manifest = new ManifestCase(family, name);
        var (json, weights) = (manifest.Config, manifest.Weights());
        var g = new GraphBuilder(weights);
        if (name.EndsWith(".transformer", StringComparison.Ordinal))
        {
            var config = PixArtTransformer2DConfig.Read(json);
            _ = PixArtTransformer2DModel.Forward(
                g.Input("latents", TensorElementType.Float, 2, config.InChannels, 96, 96),
                g.Input("timestep", TensorElementType.Float, 2),
                g.Input("text", TensorElementType.Float, 2, 120, config.CaptionWidth),
                g.Input("mask", TensorElementType.Float, 2, 120),
                config.SizeConditions
                    ? (
                        g.Input("resolution", TensorElementType.Float, 2, 2),
                        g.Input("ratio", TensorElementType.Float, 2, 1)
                    )
                    : null,
                96,
                96,
                config
            );
        }
        else if (name.EndsWith(".encoder", StringComparison.Ordinal))
        {
            var config = T5EncoderConfig.Read(json);
            var ids = g.Input("ids", TensorElementType.Int64, 1, 120);
            _ = T5EncoderModel.Forward(ids, g.Input("mask", TensorElementType.Float, 1, 120), 120, config);
        }
        else
        {
            var vae = AutoencoderKLConfig.Read(json);
            _ = AutoencoderKL.Encode(g.Input("image", TensorElementType.Float, 1, 3, 768, 768), 768, 768, vae);
            _ = AutoencoderKL.Decode(g.Input("latents", TensorElementType.Float, 1, 4, 96, 96), 96, 96, vae);
        }

        Assert.Empty(weights.Unused);
        // Positions of 48 x 48 tokens are written into the graph: 10 MB.
        Assert.InRange(g.Build().Model.Length, 1, 12_000_000);
    }
}
