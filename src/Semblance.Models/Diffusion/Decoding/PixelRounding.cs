namespace Semblance.Models.Diffusion.Decoding;

/// <summary>From an autoencoder's picture to bytes.</summary>
internal static class PixelRounding
{
    /// <summary>x / 2 + 1/2 limited to [0, 1], times 255, rounded with ties to even as diffusers does.</summary>
    /// <param name="decoded">[3, height, width], about -1 to 1, without NaN.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="width">Pixels.</param>
    /// <returns>[height, width, 3].</returns>
    public static byte[] ToBytes(ReadOnlySpan<float> decoded, int height, int width)
    {
        var count = height * width;
        var bytes = new byte[3 * count];
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = decoded.Slice(channel * count, count);
            for (var i = 0; i < count; i++)
            {
                var unit = Math.Clamp((plane[i] / 2) + 0.5f, 0f, 1f);
                bytes[(3 * i) + channel] = (byte)MathF.Round(unit * 255f, MidpointRounding.ToEven);
            }
        }
        return bytes;
    }
}
