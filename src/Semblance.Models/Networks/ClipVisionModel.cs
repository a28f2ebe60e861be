using Semblance.Models.Graphs;

namespace Semblance.Models.Networks;

/// <summary>CLIP's vision transformer with its projection (transformers' <c>CLIPVisionModelWithProjection</c>).</summary>
internal static class ClipVisionModel
{
    /// <summary>Emits the network into the graph of <paramref name="pixels"/>.</summary>
    /// <param name="pixels">[batch, channels, image, image], normalised.</param>
    /// <param name="batch">Number of images.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="names">Tensor names.</param>
    /// <returns>image_embeds [batch, projection].</returns>
    public static Value Forward(Value pixels, int batch, ClipVisionConfig config, ClipNames names)
    {
        var g = pixels.Graph;
        var (width, epsilon) = (config.Transformer.HiddenSize, config.Transformer.LayerNormEps);

        var x = g.Observe("vision.embeddings", Embeddings(pixels, batch, config, names));
        x = g.Observe("vision.hidden_states.0", g.LayerNorm(x, names.PreNorm, width, epsilon));
        x = ClipEncoder.Forward(x, config.Transformer, names.VisionLayers, names.Layer, "vision.")[^1];

        x = x.Slice(axis: 1, 0, 1).Reshape(0, width); // the class token, [batch, hidden]
        x = g.Observe("vision.pooled", g.LayerNorm(x, names.PostNorm, width, epsilon));
        return g.Observe(
            "image_embeds",
            ClipProjection.Forward(x, names.VisionProjection, width, config.ProjectionDim, names.ProjectionsTransposed)
        );
    }

    /// <summary>Patches, with the class token before them and positions added: [batch, 1 + patches, hidden].</summary>
    private static Value Embeddings(Value pixels, int batch, ClipVisionConfig config, ClipNames names)
    {
        var g = pixels.Graph;
        var width = config.Transformer.HiddenSize;
        var side = config.ImageSize / config.PatchSize;
        var patch = config.PatchSize;
        var patches = g.Conv2d(
                pixels,
                names.PatchEmbedding,
                config.Channels,
                width,
                patch,
                patch,
                [0, 0, 0, 0],
                bias: false
            ) // [batch, hidden, side, side]
            .Reshape(0, 0, -1)
            .Transpose(0, 2, 1); // [batch, patches, hidden]
        var token = g.Weight(names.ClassEmbedding, width).Expand(batch, 1, width);
        return g.Concat(1, token, patches) + g.Weight(names.VisionPositions, (side * side) + 1, width);
    }
}
