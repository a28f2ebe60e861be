using Semblance.Painters.Canvas;
using Semblance.Painters.Scenes;
using SkiaSharp;

namespace Semblance.Painters.Subjects;

/// <summary>Where in a scene a subject belongs.</summary>
internal enum Stance
{
    Ground,
    Water,
    Air,
}

/// <summary>How to draw a subject: about 100 units high, feet at (0, 0), up is negative.</summary>
/// <param name="Size">Usual height in the image's units.</param>
/// <param name="Breadth">Half of its width in its own units.</param>
/// <param name="Stance">Where it belongs.</param>
/// <param name="Draw">Draws it; the colour is the prompt's, null for its own.</param>
internal sealed record Figure(float Size, float Breadth, Stance Stance, Action<Easel, SKColor?> Draw);

internal static class Gallery
{
    private static readonly Dictionary<Subject, Figure> Figures = new()
    {
        [Subject.Lighthouse] = new(255, 20, Stance.Ground, Buildings.Lighthouse),
        [Subject.House] = new(135, 52, Stance.Ground, Buildings.House),
        [Subject.Castle] = new(215, 62, Stance.Ground, Castle.Draw),
        [Subject.Windmill] = new(235, 24, Stance.Ground, Buildings.Windmill),
        [Subject.Cat] = new(175, 26, Stance.Ground, Animals.Cat),
        [Subject.Fox] = new(175, 30, Stance.Ground, Animals.Fox),
        [Subject.Owl] = new(205, 44, Stance.Air, Animals.Owl),
        [Subject.Birds] = new(120, 50, Stance.Air, Animals.Birds),
        [Subject.Boat] = new(200, 42, Stance.Water, Vehicles.Boat),
        [Subject.Bicycle] = new(190, 58, Stance.Ground, Vehicles.Bicycle),
        [Subject.Balloon] = new(210, 40, Stance.Air, Vehicles.Balloon),
        [Subject.Teapot] = new(190, 48, Stance.Ground, Things.Teapot),
        [Subject.Robot] = new(220, 28, Stance.Ground, Things.Robot),
        [Subject.Tree] = new(240, 40, Stance.Ground, Things.Tree),
    };

    public static Figure Of(Subject subject) => Figures[subject];
}
