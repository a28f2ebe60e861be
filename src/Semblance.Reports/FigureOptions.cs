namespace Semblance.Reports;

/// <summary>Which figures are made, how large, and in which formats.</summary>
public sealed record FigureOptions
{
    /// <summary>What each figure is written as.</summary>
    public IReadOnlyList<FigureFormat> Formats { get; init; } = [FigureFormat.Svg, FigureFormat.Pdf, FigureFormat.Png];

    /// <summary>In points of 1/72 inch: see <see cref="FigureWidth"/>.</summary>
    public double Width { get; init; } = FigureWidth.Parse("84mm");

    /// <summary>Of all texts, in points.</summary>
    public double FontSize { get; init; } = 8;

    /// <summary>Dots per inch of PNG files.</summary>
    public int Dpi { get; init; } = 300;

    /// <summary>Only these figures, by name; empty for all.</summary>
    public IReadOnlyList<string> Figures { get; init; } = [];

    /// <summary>The prompt of the figures that are about one; null for that with the largest difference.</summary>
    public string? Prompt { get; init; }
}

/// <summary>What a figure is written as.</summary>
public enum FigureFormat
{
    /// <summary>Text as text, with the fonts of who opens it.</summary>
    Svg,

    /// <summary>Lines as lines and text as text, with the font in it.</summary>
    Pdf,

    /// <summary>Pixels, at a number of dots per inch.</summary>
    Png,
}
