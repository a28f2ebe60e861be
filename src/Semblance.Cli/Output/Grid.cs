namespace Semblance.Cli.Output;

/// <summary>Rows of cells under a header. Numbers stand to the right; on a narrow surface text gives way.</summary>
/// <param name="headers">
/// Titles. One that begins with <c>&lt;</c> heads a column of text that may be cut, one that begins with <c>~</c> the last
/// column, whose text goes on in the next line.
/// </param>
internal sealed class Grid(params string[] headers)
{
    private const string Gap = "  ";
    private const int NarrowestText = 8;
    private const int NarrowestWrap = 12;

    private readonly List<string[]> _rows = [];

    public Grid Row(params string[] cells)
    {
        _rows.Add([.. cells.Select(Cells.OneLine)]);
        return this;
    }

    /// <summary>Shows it; the column <paramref name="bold"/> stands out.</summary>
    public void AddTo(Page page, int bold = -1, bool rule = true)
    {
        string[] titles = [.. headers.Select(header => header.TrimStart('<', '~'))];
        int[] widths = Widths(titles, page.Surface.Width);
        if (titles.Any(title => title.Length > 0))
        {
            Line(page, titles, widths, _ => Ink.Faint);
            if (rule)
            {
                page.Rule(widths.Sum() + (Gap.Length * (widths.Length - 1)));
            }
        }

        foreach (string[] row in _rows)
        {
            Line(page, row, widths, i => i == bold ? Ink.Title : Ink.Plain);
        }
    }

    private bool IsText(int column) => headers[column].StartsWith('<') || Wraps(column);

    private bool Wraps(int column) => headers[column].StartsWith('~');

    /// <summary>As wide as the longest cell; where that is too much, what wraps gives way first, then the widest text.</summary>
    private int[] Widths(string[] titles, int surface)
    {
        int[] widths =
        [
            .. titles.Select((title, i) => _rows.Select(row => Cells.Width(row[i])).Append(Cells.Width(title)).Max()),
        ];
        int over = widths.Sum() + (Gap.Length * (widths.Length - 1)) - surface;
        int last = widths.Length - 1;
        if (over > 0 && Wraps(last))
        {
            over -= Shrink(last, NarrowestWrap);
        }

        while (over > 0)
        {
            int widest = Enumerable
                .Range(0, widths.Length)
                .Where(column => IsText(column) && widths[column] > NarrowestText)
                .OrderByDescending(column => widths[column])
                .FirstOrDefault(-1);
            if (widest < 0)
            {
                break;
            }

            over -= Shrink(widest, NarrowestText);
        }

        return widths;

        int Shrink(int column, int least)
        {
            int by = Math.Clamp(widths[column] - least, 0, over);
            widths[column] -= by;
            return by;
        }
    }

    private void Line(Page page, string[] cells, int[] widths, Func<int, Ink> ink)
    {
        int last = cells.Length - 1;
        string[] lines = Wraps(last) ? [.. Cells.Wrap(cells[last], widths[last])] : [cells[last]];
        for (int i = 0; i <= last; i++)
        {
            string cell = Cells.Cut(i == last ? lines[0] : cells[i], widths[i], page.Ellipsis);
            page.Add(i > 0 ? Gap : "")
                .Add(IsText(i) ? Cells.PadRight(cell, widths[i]) : Cells.PadLeft(cell, widths[i]), ink(i));
        }

        page.EndLine();
        int indent = widths[..^1].Sum() + (Gap.Length * last);
        foreach (string line in lines.Skip(1))
        {
            page.Add(new string(' ', indent) + Cells.Cut(line, widths[last], page.Ellipsis)).EndLine();
        }
    }
}
