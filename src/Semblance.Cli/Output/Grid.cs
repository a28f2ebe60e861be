namespace Semblance.Cli.Output;

/// <summary>Rows of cells under a header: names to the left, numbers to the right, one name cut where the surface is narrow.</summary>
/// <param name="headers">Titles; one that begins with '&lt;' heads a column of text.</param>
internal sealed class Grid(params string[] headers)
{
    private const string Gap = "  ";
    private const int NarrowestText = 8;

    private readonly List<string[]> _rows = [];

    public Grid Row(params string[] cells)
    {
        _rows.Add([.. cells.Select(Cells.OneLine)]);
        return this;
    }

    /// <summary>Shows it; the column <paramref name="bold"/> stands out.</summary>
    public void AddTo(Page page, int bold = -1, bool rule = true)
    {
        bool[] text = [.. headers.Select(header => header.StartsWith('<'))];
        string[] titles = [.. headers.Select(header => header.TrimStart('<'))];
        int[] widths =
        [
            .. titles.Select((title, i) => _rows.Max(row => Math.Max(Cells.Width(row[i]), Cells.Width(title)))),
        ];
        int all = widths.Sum() + (Gap.Length * (widths.Length - 1));
        // The widest text gives way, again and again, so that no line is wider than the surface where that can be had.
        while (all > page.Surface.Width)
        {
            int widest = Enumerable.Range(0, widths.Length).Where(i => text[i]).MaxBy(i => widths[i]);
            int narrower = Math.Max(NarrowestText, widths[widest] - (all - page.Surface.Width));
            if (!text[widest] || narrower >= widths[widest])
            {
                break;
            }

            all -= widths[widest] - narrower;
            widths[widest] = narrower;
        }

        if (titles.Any(title => title.Length > 0))
        {
            Line(page, titles, widths, text, _ => Ink.Faint);
            if (rule)
            {
                page.Rule(all);
            }
        }

        foreach (string[] row in _rows)
        {
            Line(page, row, widths, text, i => i == bold ? Ink.Title : Ink.Plain);
        }
    }

    private static void Line(Page page, string[] cells, int[] widths, bool[] text, Func<int, Ink> ink)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            string cell = Cells.Cut(cells[i], widths[i], page.Ellipsis);
            page.Add(i > 0 ? Gap : "")
                .Add(text[i] ? Cells.PadRight(cell, widths[i]) : Cells.PadLeft(cell, widths[i]), ink(i));
        }

        page.EndLine();
    }
}
