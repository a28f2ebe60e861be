using SkiaSharp;

namespace Semblance.Painters.Scenes;

/// <summary>Mixes, lightens and darkens colours.</summary>
internal static class Tints
{
    public static SKColor Mix(SKColor a, SKColor b, float share)
    {
        var t = Math.Clamp(share, 0, 1);
        return new SKColor(
            Byte(a.Red + ((b.Red - a.Red) * t)),
            Byte(a.Green + ((b.Green - a.Green) * t)),
            Byte(a.Blue + ((b.Blue - a.Blue) * t)),
            Byte(a.Alpha + ((b.Alpha - a.Alpha) * t))
        );
    }

    public static SKColor Multiply(SKColor a, SKColor b) =>
        new(Byte(a.Red * b.Red / 255f), Byte(a.Green * b.Green / 255f), Byte(a.Blue * b.Blue / 255f), a.Alpha);

    public static SKColor Clear(SKColor colour, float opacity) => colour.WithAlpha(Byte(255 * opacity));

    public static SKColor Lighter(SKColor colour, float share) => Mix(colour, SKColors.White, share);

    public static SKColor Darker(SKColor colour, float share) => Mix(colour, new SKColor(0x16, 0x14, 0x22), share);

    /// <summary>Turned by <paramref name="hue"/> degrees; <paramref name="lift"/> from -1 (black) to 1 (white).</summary>
    public static SKColor Turn(SKColor colour, float hue, float lift)
    {
        colour.ToHsl(out var h, out var s, out var l);
        var turned = SKColor.FromHsl((h + hue + 360) % 360, s, l);
        return lift < 0 ? Darker(turned, -lift) : Lighter(turned, lift);
    }

    private static byte Byte(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);
}
