using System.Text;

namespace Semblance.Cli.Terminal;

/// <summary>Text that is put together piece by piece and shown at once.</summary>
internal sealed class Page(Surface surface)
{
    private const string Gap = "  ";

    private readonly StringBuilder _text = new();

    public Surface Surface { get; } = surface;

    public string Ellipsis => Surface.Unicode ? "\u2026" : "...";

    public Page Add(string piece, Ink ink = Ink.Plain)
    {
        var harmless = Cells.OneLine(piece);
        _text.Append(Surface.Colour && ink != Ink.Plain ? $"\u001b[{Code(ink)}m{harmless}\u001b[0m" : harmless);
        return this;
    }

    public Page EndLine()
    {
        while (_text.Length > 0 && _text[^1] == ' ')
        {
            _text.Length--;
        }

        _text.Append('\n');
        return this;
    }

    /// <summary>A title and, faint beside it or below it where the line is too short for both, what it is about.</summary>
    public Page Heading(string title, string note = "")
    {
        Add(Cells.CutMiddle(Cells.OneLine(title), Surface.Width, Ellipsis), Ink.Title);
        var fits = Cells.Width(title) + Gap.Length + Cells.Width(note) <= Surface.LineWidth;
        if (note.Length > 0 && fits)
        {
            Add(Gap + note, Ink.Faint);
        }

        EndLine();
        return note.Length > 0 && !fits ? Sentence(note, Ink.Faint) : this;
    }

    public Page Rule(int width) =>
        Add(new string(Surface.Unicode ? '\u2500' : '-', Math.Min(width, Surface.Width)), Ink.Faint).EndLine();

    /// <summary>A bar of <paramref name="width"/> cells for a value from 0 to 100.</summary>
    public Page Bar(double value, int width)
    {
        var cells = Math.Clamp(value, 0, 100) / 100 * width;
        if (!Surface.Unicode)
        {
            var full = (int)Math.Round(cells);
            return Add(new string('#', full) + new string('.', width - full));
        }

        var eighths = (int)Math.Round(cells * 8);
        string bar = new('\u2588', eighths / 8);
        bar += eighths % 8 == 0 ? "" : ((char)(0x2590 - (eighths % 8))).ToString();
        return Add(bar.PadRight(width), Ink.Bar);
    }

    /// <summary>A sentence broken at spaces to the width of the surface, all lines set in by <paramref name="indent"/>.</summary>
    public Page Sentence(string sentence, Ink ink = Ink.Plain, int indent = 0)
    {
        foreach (var line in Cells.Wrap(Cells.OneLine(sentence), Surface.LineWidth - indent))
        {
            Add(new string(' ', indent)).Add(line, ink).EndLine();
        }

        return this;
    }

    /// <summary>What a reader must know before the numbers: a sentence each, of those that are not null.</summary>
    public void Cautions(params IEnumerable<string?> cautions)
    {
        foreach (var caution in cautions.OfType<string>())
        {
            Sentence("caution: " + caution, Ink.Caution);
        }
    }

    /// <summary>A faint sentence about what stands above it.</summary>
    public Page Note(string sentence) => Sentence(sentence, Ink.Faint);

    public override string ToString() => WorkflowCommands.Disarm(_text.ToString());

    private static string Code(Ink ink) =>
        ink switch
        {
            Ink.Title => "1",
            Ink.Faint => "2",
            Ink.Bar => "36",
            Ink.Caution => "33",
            _ => "0",
        };
}
