using SkiaSharp;

namespace Semblance.Painters.Canvas;

/// <summary>Textures, made once and laid over every image at another offset: noise is the dearest thing to draw.</summary>
internal static class Grain
{
    private const int Side = 512;

    private static readonly Lazy<SKImage> FineTile = new(() => Tile(0.9f, 0.9f, 2, 11));
    private static readonly Lazy<SKImage> PaperTile = new(() => Tile(0.22f, 0.22f, 3, 23));
    private static readonly Lazy<SKImage> BrushTile = new(() => Tile(0.02f, 0.09f, 3, 37));
    private static readonly Lazy<SKImage> WashTile = new(() => Tile(0.008f, 0.008f, 3, 53));

    public static SKImage Fine => FineTile.Value;

    public static SKImage Paper => PaperTile.Value;

    public static SKImage Brush => BrushTile.Value;

    public static SKImage Wash => WashTile.Value;

    /// <summary>Lays a texture over the whole image; mid grey changes nothing.</summary>
    public static void Lay(Easel easel, SKImage tile, float strength, SKBlendMode mode = SKBlendMode.SoftLight)
    {
        var dx = easel.Dice.Between(0, Side);
        var dy = easel.Dice.Between(0, Side);
        using var shader = tile.ToShader(
            SKShaderTileMode.Repeat,
            SKShaderTileMode.Repeat,
            new SKSamplingOptions(SKFilterMode.Linear),
            SKMatrix.CreateTranslation(dx, dy)
        );
        using var paint = new SKPaint
        {
            Shader = shader,
            BlendMode = mode,
            Color = SKColors.White.WithAlpha((byte)(255 * strength)),
        };
        easel.Canvas.DrawRect(-easel.Width, -easel.Height, easel.Width * 3, easel.Height * 3, paint);
    }

    private static SKImage Tile(float fx, float fy, int octaves, float seed)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var noise = SKShader.CreatePerlinNoiseFractalNoise(fx, fy, octaves, seed, new SKSizeI(Side, Side));
        // One channel of the noise as opaque grey, stretched around the middle.
        using var grey = SKColorFilter.CreateColorMatrix([
            2.4f,
            0,
            0,
            0,
            -0.7f,
            2.4f,
            0,
            0,
            0,
            -0.7f,
            2.4f,
            0,
            0,
            0,
            -0.7f,
            0,
            0,
            0,
            0,
            1,
        ]);
        using var paint = new SKPaint { Shader = noise, ColorFilter = grey };
        surface.Canvas.Clear(SKColors.Gray);
        surface.Canvas.DrawPaint(paint);
        return surface.Snapshot();
    }
}
