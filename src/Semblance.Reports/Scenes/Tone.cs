using System.Globalization;

namespace Semblance.Reports.Scenes;

/// <summary>What a mark is, as far as its colour depends on it. Themes give the colours.</summary>
/// <param name="Name">A CSS class: a letter, then letters and digits.</param>
internal readonly record struct Tone(string Name)
{
    /// <summary>How many models have a colour of their own; further ones share them from the first on.</summary>
    public const int Models = 6;

    /// <summary>How many steps the scale of a heat map has.</summary>
    public const int Steps = 24;

    /// <summary>Text and what must be seen.</summary>
    public static Tone Ink { get; } = new("ink");

    /// <summary>Labels of axes and notes.</summary>
    public static Tone Muted { get; } = new("muted");

    /// <summary>Lines of the grid, and bands behind the data.</summary>
    public static Tone Rule { get; } = new("rule");

    /// <summary>The paper, for what lies in front of something.</summary>
    public static Tone Paper { get; } = new("paper");

    /// <summary>The colour of a model, by its place.</summary>
    public static Tone Model(int index) => Numbered("m", index % Models);

    /// <summary>The same, light, for areas.</summary>
    public static Tone Soft(int index) => Numbered("s", index % Models);

    /// <summary>A colour of the scale, from 0 to 1.</summary>
    public static Tone Heat(double share) => Numbered("h", Math.Clamp((int)Math.Floor(share * Steps), 0, Steps - 1));

    /// <summary>The shape that goes with <see cref="Model"/>.</summary>
    public static Shape ShapeOf(int index) => (Shape)(index % 4);

    private static Tone Numbered(string letter, int number) =>
        new(letter + number.ToString(CultureInfo.InvariantCulture));
}
