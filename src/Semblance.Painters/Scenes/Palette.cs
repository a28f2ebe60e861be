using SkiaSharp;

namespace Semblance.Painters.Scenes;

/// <summary>The colours of an image.</summary>
/// <param name="Zenith">Top of the sky.</param>
/// <param name="Skyline">Sky above the horizon.</param>
/// <param name="Glow">Around sun or moon, in lit windows' reflections, on edges of clouds.</param>
/// <param name="Light">What white paper looks like in this light: multiplies every local colour.</param>
/// <param name="Haze">What far things fade to.</param>
/// <param name="Ground">Grass, sand or stone in the light.</param>
/// <param name="Deep">The same in shade.</param>
/// <param name="Leaf">Foliage.</param>
/// <param name="Dark">0 by day to 1 at night: windows are lit, stars are out.</param>
internal sealed record Palette(
    SKColor Zenith,
    SKColor Skyline,
    SKColor Glow,
    SKColor Light,
    SKColor Haze,
    SKColor Ground,
    SKColor Deep,
    SKColor Leaf,
    float Dark
)
{
    /// <summary>A local colour as this light shows it, from nearby.</summary>
    public SKColor Lit(SKColor local) => Tints.Multiply(local, Light);

    /// <summary>A local colour at a distance: 0 is here, 1 is lost in the haze.</summary>
    public SKColor Far(SKColor local, float distance) => Tints.Mix(Lit(local), Haze, distance);

    /// <summary>The colours of a scene, turned by <paramref name="hue"/> degrees and lightened by <paramref name="lift"/> (-1 to 1).</summary>
    public static Palette Of(Scene scene, float hue, float lift)
    {
        var (zenith, skyline, glow, light, dark) = scene.Hour switch
        {
            Hour.Dawn => ("5E86B4", "F7D3BE", "FFE7C2", "FFEFE2", 0.1f),
            Hour.Sunset => ("3D4A82", "F39A62", "FFD08A", "F5CDB4", 0.35f),
            Hour.Night => ("0E1736", "35507E", "DDE6F2", "6A7FB0", 1f),
            _ => ("3F86C4", "CFE6EF", "FFF6DC", "FFFCF4", 0f),
        };
        var (ground, deep) = scene.Setting switch
        {
            Setting.Sea => ("5A9BB0", "1F4E70"),
            Setting.Desert => ("E5B878", "B0703F"),
            Setting.City => ("A7A29C", "5C5D66"),
            Setting.Forest => ("7C8F4E", "34492F"),
            Setting.Mountains => ("8FA563", "44603F"),
            Setting.Table => ("B98A5C", "6E472C"),
            _ => ("A3BF5C", "547A38"),
        };
        var leaf = scene.Autumn ? "CF7A2C" : "4F7F45";
        if (scene.Autumn && scene.Setting is Setting.Forest or Setting.Meadow && scene.Autumn)
        {
            (ground, deep) = ("C08C48", "6B4426");
        }

        if (scene.SnowyGround && scene.Setting is not (Setting.Sea or Setting.Table))
        {
            (ground, deep) = ("F1F4F8", "A9BDD4");
            leaf = "5B7C77";
        }

        var grey = scene.Weather switch
        {
            Weather.Cloudy => 0.2f,
            Weather.Rain => 0.55f,
            Weather.Fog => 0.6f,
            Weather.Snow => 0.45f,
            Weather.Storm => 0.7f,
            _ => 0f,
        };
        var cover = Tints.Mix(
            SKColor.Parse(scene.Weather == Weather.Storm ? "4A5566" : "B9C0C6"),
            SKColor.Parse("1B2438"),
            dark * (scene.Weather == Weather.Fog ? 0.6f : 0.85f)
        );

        SKColor Turn(string colour) => Tints.Turn(SKColor.Parse(colour), hue, lift);
        SKColor Veil(string colour, float share) => Tints.Mix(Turn(colour), cover, share);
        var low = Veil(skyline, grey * 0.75f);
        return new Palette(
            Veil(zenith, grey),
            low,
            Veil(glow, grey * 0.4f),
            Tints.Mix(SKColor.Parse(light), cover, grey * 0.35f),
            Tints.Mix(low, cover, scene.Weather == Weather.Fog ? 0.5f : 0.1f),
            Turn(ground),
            Turn(deep),
            Turn(leaf),
            Math.Max(dark, scene.Weather == Weather.Storm ? 0.45f : 0)
        );
    }
}
