namespace Semblance.Reports.Scenes;

/// <summary>Something that is drawn. Coordinates are in points, from the left and from the top.</summary>
internal abstract record Mark;

/// <summary>A place in a scene.</summary>
internal readonly record struct Spot(double X, double Y);

/// <summary>A line through two or more spots.</summary>
internal sealed record LineMark(IReadOnlyList<Spot> Spots, Tone Tone, double Width = 1, bool Dashed = false) : Mark
{
    public static LineMark Between(double x1, double y1, double x2, double y2, Tone tone, double width = 1) =>
        new([new Spot(x1, y1), new Spot(x2, y2)], tone, width);
}

/// <summary>A polygon, filled with its tone.</summary>
internal sealed record AreaMark(IReadOnlyList<Spot> Spots, Tone Tone) : Mark;

/// <summary>An upright rectangle, filled with its tone.</summary>
internal sealed record RectMark(double X, double Y, double Width, double Height, Tone Tone) : Mark;

/// <summary>A symbol around a spot, of about the same area in every shape.</summary>
internal sealed record DotMark(Spot Centre, double Radius, Tone Tone, Shape Shape = Shape.Circle, bool Hollow = false)
    : Mark;

/// <summary>A text that is not broken into lines.</summary>
/// <param name="At">Its end, middle or start, on the baseline.</param>
/// <param name="Text">Shown as it is.</param>
/// <param name="Size">Of the font, in points.</param>
/// <param name="Tone">Its colour.</param>
/// <param name="Anchor">Which part of it is at the spot.</param>
/// <param name="Strong">Semibold instead of regular.</param>
/// <param name="Upright">Turned by a quarter to the left, reading upwards.</param>
internal sealed record TextMark(
    Spot At,
    string Text,
    double Size,
    Tone Tone,
    Anchor Anchor = Anchor.Start,
    bool Strong = false,
    bool Upright = false
) : Mark;

/// <summary>A thumbnail, fitted into a square.</summary>
internal sealed record ImageMark(double X, double Y, double Side, SceneImage Image) : Mark;

/// <summary>Marks that belong together, with what is shown of them when pointed at.</summary>
internal sealed record GroupMark(string Note, IReadOnlyList<Mark> Marks) : Mark;

/// <summary>A square part of a sheet of thumbnails.</summary>
/// <param name="Sheet">Names the sheet within a document.</param>
/// <param name="X">Left of the part, in pixels of the sheet.</param>
/// <param name="Y">Top of the part, in pixels of the sheet.</param>
/// <param name="Side">Of the part, in pixels of the sheet.</param>
internal sealed record SceneImage(string Sheet, int X, int Y, int Side);

/// <summary>Which part of a text is at its spot.</summary>
internal enum Anchor
{
    Start,

    Middle,

    End,
}

/// <summary>What tells models apart beside colour.</summary>
internal enum Shape
{
    Circle,

    Diamond,

    Square,

    Triangle,
}
