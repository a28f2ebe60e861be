namespace Semblance.Models.Diffusion.Decoding;

/// <summary>From an autoencoder's image to bytes.</summary>
internal static class PixelRounding
{
    /// <summary>x / 2 + 1/2 limited to [0, 1], times 255, rounded with ties to even as diffusers does.</summary>
    /// <param name="decoded">Three channels, about -1 to 1, without NaN.</param>
    /// <returns>[height, width, 3].</returns>
    public static byte[] ToBytes(Planes decoded)
    {
        var bytes = new byte[decoded.Values.Length];
        var count = decoded.Height * decoded.Width;
        for (var i = 0; i < bytes.Length; i++)
        {
            var unit = Math.Clamp((decoded.Values[(i % 3 * count) + (i / 3)] / 2) + 0.5f, 0f, 1f);
            bytes[i] = (byte)MathF.Round(unit * 255f, MidpointRounding.ToEven);
        }

        return bytes;
    }
}
