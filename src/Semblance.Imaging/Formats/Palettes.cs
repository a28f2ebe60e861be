namespace Semblance.Imaging.Formats;

/// <summary>Palettes as Pillow fills them.</summary>
internal static class Palettes
{
    /// <summary>256 colours of R, G, B, A: those given, then a gray ramp; all opaque.</summary>
    public static byte[] Of(ReadOnlySpan<byte> rgb)
    {
        var palette = new byte[1024];
        for (var i = 0; i < 256; i++)
        {
            for (var c = 0; c < 3; c++)
            {
                palette[(i * 4) + c] = (i * 3) + 2 < rgb.Length ? rgb[(i * 3) + c] : (byte)i;
            }

            palette[(i * 4) + 3] = 255;
        }
        return palette;
    }
}
