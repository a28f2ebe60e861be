namespace Semblance.Painters.Scenes;

internal enum Subject
{
    Lighthouse,
    Cat,
    Boat,
    House,
    Tree,
    Bicycle,
    Balloon,
    Fox,
    Owl,
    Teapot,
    Robot,
    Castle,
    Windmill,
    Birds,
}

internal enum Setting
{
    Meadow,
    Sea,
    Desert,
    Forest,
    City,
    Mountains,
    Table,
}

internal enum Weather
{
    Clear,
    Cloudy,
    Rain,
    Fog,
    Snow,
    Storm,
}

internal enum Hour
{
    Dawn,
    Day,
    Sunset,
    Night,
}

internal enum Medium
{
    Oil,
    Watercolour,
    Poster,
    Ink,
    Pastel,
}

/// <summary>What a prompt asks for.</summary>
/// <param name="Subjects">In the order of the prompt; empty for a landscape alone.</param>
/// <param name="Setting">Where it is.</param>
/// <param name="Weather">What the air is like.</param>
/// <param name="Hour">What light there is.</param>
/// <param name="Medium">What it is drawn with.</param>
/// <param name="SnowyGround">Whether snow lies.</param>
/// <param name="Autumn">Whether leaves are turning.</param>
/// <param name="Colour">The first colour that the prompt names, given to the first subject; null where none is.</param>
internal sealed record Scene(
    IReadOnlyList<Subject> Subjects,
    Setting Setting,
    Weather Weather,
    Hour Hour,
    Medium Medium,
    bool SnowyGround,
    bool Autumn,
    SkiaSharp.SKColor? Colour
);
