namespace Semblance.Cli.Terminal;

/// <summary>Rows of cells under a header. Numbers stand to the right; on a narrow surface text gives way.</summary>
/// <param name="headers">
/// Titles. One that begins with <c>&lt;</c> heads a column of text that may be cut at its end, one with <c>=</c> a column of
/// names, which are cut in their middle, one with <c>~</c> the last column, whose text goes on in the next line. Names and
/// texts that differ are still distinct when they are cut.
/// </param>
internal sealed class Grid(params string[] headers)
{
    private const string Gap = "  ";
    private const int NarrowestText = 8;
    private const int NarrowestName = 12;
    private const int NarrowestWrap = 10;

    private readonly List<string[]> _rows = [];

    /// <summary>Columns that go where the surface is too narrow for all, the first ones first.</summary>
    public IReadOnlyList<int> Expendable { get; init; } = [];

    /// <summary>What shows the columns that went, to be said below the table; null to say nothing.</summary>
    public string? Elsewhere { get; init; }

    public Grid Row(params string[] cells)
    {
        _rows.Add([.. cells.Select(Cells.OneLine)]);
        return this;
    }

    /// <summary>Shows it; the column <paramref name="bold"/> stands out.</summary>
    public void AddTo(Page page, int bold = -1, bool rule = true)
    {
        var kept = Kept(page.Surface.Width);
        if (kept.Length < headers.Length)
        {
            var narrow = new Grid([.. kept.Select(column => headers[column])]);
            foreach (var row in _rows)
            {
                narrow.Row([.. kept.Select(column => row[column])]);
            }

            narrow.AddTo(page, Array.IndexOf(kept, bold), rule);
            if (Elsewhere is not null)
            {
                var gone = headers.Where((_, column) => !kept.Contains(column)).Select(Title);
                page.Note($"no room here for {string.Join(", ", gone)}: a wider terminal and {Elsewhere} show more");
            }

            return;
        }

        var widths = Widths(page.Surface.Width);
        IReadOnlyDictionary<string, string>?[] names =
        [
            .. headers.Select(
                (_, column) =>
                    IsName(column) ? Names(widths[column], page.Ellipsis)
                    : IsText(column) && !Wraps(column)
                        ? ShortNames.OfPrompts(_rows.Select(row => row[column]), widths[column], page.Ellipsis)
                    : null
            ),
        ];
        string[] titles = [.. headers.Select(Title)];
        if (titles.Any(title => title.Length > 0))
        {
            Line(page, titles, widths, _ => Ink.Faint, []);
            if (rule)
            {
                page.Rule(widths.Sum() + (Gap.Length * (widths.Length - 1)));
            }
        }

        foreach (var row in _rows)
        {
            Line(page, row, widths, i => i == bold ? Ink.Title : Ink.Plain, names);
        }
    }

    /// <summary>The names of all columns, so that one is shown the same way in each that is as wide.</summary>
    private IReadOnlyDictionary<string, string> Names(int width, string ellipsis) =>
        ShortNames.Of(_rows.SelectMany(row => row.Where((_, column) => IsName(column))), width, ellipsis);

    private static string Title(string header) => header.TrimStart('<', '=', '~');

    private bool IsText(int column) => headers[column].StartsWith('<') || IsName(column) || Wraps(column);

    private bool IsName(int column) => headers[column].StartsWith('=');

    private bool Wraps(int column) => headers[column].StartsWith('~');

    /// <summary>The columns that are shown: all, or without as many expendable ones as it takes for names to stay distinct.</summary>
    private int[] Kept(int surface)
    {
        List<int> kept = [.. Enumerable.Range(0, headers.Length)];
        var natural = Natural();
        foreach (var column in Expendable)
        {
            var needed = kept.Sum(i => IsText(i) ? Math.Min(natural[i], NarrowestName) : natural[i]);
            if (needed + (Gap.Length * (kept.Count - 1)) <= surface)
            {
                break;
            }

            kept.Remove(column);
        }

        return [.. kept];
    }

    /// <summary>As wide as the longest cell.</summary>
    private int[] Natural() =>
        [
            .. headers.Select(
                (header, i) => _rows.Select(row => Cells.Width(row[i])).Append(Cells.Width(Title(header))).Max()
            ),
        ];

    /// <summary>As wide as the longest cell; where that is too much, what wraps gives way first, then the widest text.</summary>
    private int[] Widths(int surface)
    {
        var widths = Natural();
        var over = widths.Sum() + (Gap.Length * (widths.Length - 1)) - surface;
        var last = widths.Length - 1;
        if (over > 0 && Wraps(last))
        {
            over -= Shrink(last, NarrowestWrap);
        }

        while (over > 0)
        {
            var widest = Enumerable
                .Range(0, widths.Length)
                .Where(column => IsText(column) && widths[column] > NarrowestText)
                .OrderByDescending(column => widths[column])
                .FirstOrDefault(-1);
            if (widest < 0)
            {
                break;
            }

            // Cell by cell, so that two long columns stay equally long.
            over -= Shrink(widest, widths[widest] - 1);
        }

        return widths;

        int Shrink(int column, int least)
        {
            var by = Math.Clamp(widths[column] - least, 0, over);
            widths[column] -= by;
            return by;
        }
    }

    private void Line(
        Page page,
        string[] cells,
        int[] widths,
        Func<int, Ink> ink,
        IReadOnlyDictionary<string, string>?[] names
    )
    {
        var last = cells.Length - 1;
        string[] lines = Wraps(last) ? [.. Cells.Wrap(cells[last], widths[last])] : [cells[last]];
        for (var i = 0; i <= last; i++)
        {
            var text = i == last ? lines[0] : cells[i];
            var cell =
                i < names.Length && names[i] is { } shortened
                    ? shortened[text]
                    : Cells.Cut(text, widths[i], page.Ellipsis);
            page.Add(i > 0 ? Gap : "")
                .Add(IsText(i) ? Cells.PadRight(cell, widths[i]) : Cells.PadLeft(cell, widths[i]), ink(i));
        }

        page.EndLine();
        var indent = widths[..^1].Sum() + (Gap.Length * last);
        foreach (var line in lines.Skip(1))
        {
            page.Add(new string(' ', indent) + Cells.Cut(line, widths[last], page.Ellipsis)).EndLine();
        }
    }
}
