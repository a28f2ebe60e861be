namespace Semblance.Models.Diffusion.Denoising;

/// <summary>
/// The guidance scale as sinusoids, for U-Nets that were distilled to take it as an input (Meng et al., arXiv 2210.03142;
/// diffusers' <c>get_guidance_scale_embedding</c>).
/// </summary>
internal static class GuidanceEmbedding
{
    /// <summary>Sines and then cosines of 1000 (scale - 1) at frequencies that fall from 1 to 1/10,000.</summary>
    /// <param name="scale">Of guidance; 1 is none.</param>
    /// <param name="width">How many numbers; where it is odd the last is zero.</param>
    public static float[] Of(float scale, int width)
    {
        var half = width / 2;
        var embedding = new float[width];
        for (var i = 0; i < half; i++)
        {
            var angle = (scale - 1f) * 1000f * MathF.Exp(i * -(float)(Math.Log(10000) / (half - 1)));
            (embedding[i], embedding[half + i]) = (MathF.Sin(angle), MathF.Cos(angle));
        }

        return embedding;
    }
}
