namespace Semblance.Cli.Terminal;

/// <summary>How a piece of text is to stand out, where the terminal can show it.</summary>
internal enum Ink
{
    Plain,
    Title,
    Faint,
    Bar,
    Caution,
}

/// <summary>What the place that is written to can show.</summary>
/// <param name="Width">Cells in a line.</param>
/// <param name="Colour">Whether escape sequences are understood and wanted.</param>
/// <param name="Unicode">Whether bars and rules may be drawn with more than ASCII.</param>
internal sealed record Surface(int Width, bool Colour, bool Unicode)
{
    private const int Usual = 80;

    private const int Endless = int.MaxValue / 2;

    /// <summary>A file, where nothing is cut: sentences are broken as for a terminal, tables are as wide as they are.</summary>
    public static readonly Surface File = new(Endless, Colour: false, Unicode: false);

    /// <summary>Cells in a line of sentences.</summary>
    public int LineWidth => Width == Endless ? Usual : Width;

    /// <summary>The standard output as it is now: plain ASCII drawing and 80 cells where it is not a terminal.</summary>
    public static Surface OfStandardOutput()
    {
        if (Console.IsOutputRedirected)
        {
            return new Surface(Columns() ?? Usual, Colour: false, Unicode: false);
        }

        var dumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
        return new Surface(
            Columns() ?? TerminalWidth(),
            Colour: !dumb && ColourWanted(),
            Unicode: !dumb && Console.OutputEncoding.CodePage == 65001
        );
    }

    /// <summary>Cells in a line of standard error; null where it is not a terminal, so that lines stay whole.</summary>
    public static int? WidthOfStandardError() => Console.IsErrorRedirected ? null : Columns() ?? TerminalWidth();

    /// <summary>https://no-color.org: set and not empty means no.</summary>
    public static bool ColourWanted() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private static int? Columns() =>
        int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var columns) && columns is >= 20 and <= 1000
            ? columns
            : null;

    private static int TerminalWidth() => Math.Clamp(ReportedWidth(), 40, 1000);

    /// <summary>The width that the terminal reports, or 80 where it reports none.</summary>
    public static int ReportedWidth()
    {
        try
        {
            return Usable(Console.WindowWidth);
        }
        catch (IOException)
        {
            return Usual;
        }
    }

    /// <summary>Some terminals report a width of 0; they get 80.</summary>
    internal static int Usable(int reported) => reported > 1 ? reported : Usual;
}
