namespace Semblance.Reports.Scenes;

/// <summary>The corners of the symbols that are not round.</summary>
internal static class Shapes
{
    /// <summary>In order; sizes are such that all shapes look about as large as a disc of the radius.</summary>
    public static IReadOnlyList<Spot> Corners(DotMark dot)
    {
        var (x, y) = (dot.Centre.X, dot.Centre.Y);
        switch (dot.Shape)
        {
            case Shape.Diamond:
                var d = dot.Radius * 1.3;
                return [new Spot(x, y - d), new Spot(x + d, y), new Spot(x, y + d), new Spot(x - d, y)];
            case Shape.Square:
                var s = dot.Radius * 0.9;
                return [new Spot(x - s, y - s), new Spot(x + s, y - s), new Spot(x + s, y + s), new Spot(x - s, y + s)];
            default:
                var t = dot.Radius * 1.3;
                return
                [
                    new Spot(x, y - t),
                    new Spot(x + (0.95 * t), y + (0.65 * t)),
                    new Spot(x - (0.95 * t), y + (0.65 * t)),
                ];
        }
    }
}
