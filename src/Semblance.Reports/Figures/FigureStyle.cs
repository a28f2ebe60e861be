namespace Semblance.Reports.Figures;

/// <summary>How large a figure is drawn. Its height follows from its content.</summary>
/// <param name="Width">In points.</param>
/// <param name="FontSize">Of all texts, in points.</param>
internal sealed record FigureStyle(double Width, double FontSize)
{
    /// <summary>A column of a page on a desk.</summary>
    public static FigureStyle Wide { get; } = new(720, 13);

    /// <summary>A page on a phone.</summary>
    public static FigureStyle Narrow { get; } = new(340, 12);

    /// <summary>Radius of a dot, in points.</summary>
    public double Dot => FontSize * 0.24;

    /// <summary>From one line of text to the next.</summary>
    public double Line => FontSize * 1.45;
}
