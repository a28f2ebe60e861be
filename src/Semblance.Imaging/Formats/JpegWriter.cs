using System.Runtime.CompilerServices;
using NetVips;
using VipsImage = NetVips.Image;

namespace Semblance.Imaging.Formats;

/// <summary>
/// Writes JPEG files with the settings that Pillow has by default: baseline, quality 75, colour at half the width and
/// height (4:2:0), the standard's own Huffman tables. It is what the published study's images were saved with.
/// </summary>
public static class JpegWriter
{
    private const int Quality = 75;

    /// <summary>JFIF 1.1 without a density, as Pillow writes it; libvips leaves it out with all other metadata.</summary>
    private static ReadOnlySpan<byte> Jfif =>
        [0xFF, 0xE0, 0, 16, (byte)'J', (byte)'F', (byte)'I', (byte)'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];

    /// <summary>A JPEG file of an image.</summary>
    /// <param name="rgb">Height x width x 3 bytes.</param>
    /// <param name="width">Columns, 1 to 65,535.</param>
    /// <param name="height">Rows, 1 to 65,535.</param>
    public static byte[] Write(byte[] rgb, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(rgb);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * 3)
        {
            throw new ArgumentException($"Expected {width} x {height} x 3 bytes.", nameof(rgb));
        }

        RuntimeHelpers.RunClassConstructor(typeof(VipsReader).TypeHandle);
        using var raw = VipsImage.NewFromMemory(rgb, width, height, 3, Enums.BandFormat.Uchar);
        using var image = raw.Copy(interpretation: Enums.Interpretation.Srgb);
        var bare = image.JpegsaveBuffer(
            q: Quality,
            optimizeCoding: false,
            interlace: false,
            trellisQuant: false,
            overshootDeringing: false,
            optimizeScans: false,
            quantTable: 0,
            subsampleMode: Enums.ForeignSubsample.On,
            keep: Enums.ForeignKeep.None
        );
        return [.. bare.AsSpan(0, 2), .. Jfif, .. bare.AsSpan(2)];
    }
}
