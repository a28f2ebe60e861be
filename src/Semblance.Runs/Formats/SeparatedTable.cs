using System.Buffers;
using System.Globalization;
using Semblance.Wording;

namespace Semblance.Runs.Formats;

/// <summary>A table of separated text; its header shows the separator.</summary>
internal sealed class SeparatedTable : TableFile
{
    private static readonly (char Sign, string Name)[] Separators =
    [
        (',', "comma"),
        (';', "semicolon"),
        ('\t', "tab"),
        ('|', "vertical bar"),
        // Last, since names of columns may hold one.
        (' ', "space"),
    ];

    private static readonly CellStyle[] HeaderStyles = [CellStyle.Plain, CellStyle.Spaced];
    private static readonly CellStyle[] RowStyles = [CellStyle.Plain, CellStyle.Spaced, CellStyle.Backslash];

    private static readonly SearchValues<char> Blank = SearchValues.Create(UnicodeText.Padding);

    private readonly Head _head;

    private SeparatedTable(string path, Head head, ColumnMap map)
        : base(path, head.Names, map) => _head = head;

    /// <summary>What more than its columns a row may have.</summary>
    private enum Extra
    {
        None,

        /// <summary>A number at the start, of which the header says nothing: R's row names.</summary>
        RowName,

        /// <summary>A separator at the end.</summary>
        Separator,
    }

    /// <summary>
    /// Finds the separator: the one that makes most columns that are known, and of those the one that makes most columns.
    /// Lines that begin with # may stand before the header.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static SeparatedTable Open(string path, ColumnMap map)
    {
        RefuseDrawn(path);
        Head? best = null;
        var most = (Known: 0, Columns: -1);
        InputException? fault = null;
        var usual = CompressedFile.ExtensionOf(path) is ".tsv" or ".tab" ? '\t' : ',';
        foreach (var separator in Separators.Select(known => known.Sign).OrderBy(sign => sign != usual))
        {
            try
            {
                var head = First(HeaderStyles, style => HeadOf(path, separator, style, map));
                var found = (Known: map.Known(head.Names), Columns: head.Names.Count);
                // A single name may hold spaces too.
                if (found.CompareTo(most) > 0 && (separator != ' ' || (most.Columns <= 1 && found.Known > 1)))
                {
                    (best, most) = (head, found);
                }
            }
            catch (InputException error)
            {
                // Quotes that end where another separator stands.
                fault ??= error;
            }
        }

        return new SeparatedTable(path, best ?? throw fault!, map);
    }

    public override TableRows ReadAt(IReadOnlyList<int> places, IReadOnlyList<int> vectors) =>
        First(
            [_head.Style, .. RowStyles.Where(style => style != _head.Style)],
            style => ReadAt(places, vectors, style)
        );

    private TableRows ReadAt(IReadOnlyList<int> places, IReadOnlyList<int> vectors, CellStyle style) =>
        Guard(
            Path,
            (text, comments) =>
            {
                List<int> lines = [];
                List<string?>?[] columns = [.. places.Select(place => place < 0 ? null : new List<string?>())];
                List<VectorCell> embeddings = [];
                HashSet<string> rowNames = [];
                Extra? extra = null;
                foreach ((var line, var cells) in SeparatedText.Read(text, _head.Separator, style, comments.Next))
                {
                    // Spreadsheets leave lines of empty cells.
                    if (line <= _head.Line || Array.TrueForAll(cells, IsBlank))
                    {
                        continue;
                    }

                    extra ??= ExtraOf(cells);
                    var fits = extra switch
                    {
                        Extra.None => cells.Length == Names.Count,
                        Extra.RowName => cells.Length == Names.Count + 1 && rowNames.Add(cells[0]) && IsWhole(cells[0]),
                        _ => cells.Length == Names.Count + 1 && cells[^1].Length == 0,
                    };
                    if (!fits)
                    {
                        if (comments.Count > 0 && cells[0].StartsWith('#'))
                        {
                            continue;
                        }

                        throw Uneven(line, cells.Length);
                    }

                    var first = extra == Extra.RowName ? 1 : 0;
                    lines.Add(line);
                    for (var i = 0; i < columns.Length; i++)
                    {
                        columns[i]?.Add(cells[places[i] + first]);
                    }

                    if (vectors.Count > 0)
                    {
                        embeddings.Add(
                            vectors.Count == 1
                                ? VectorCell.Of(cells[vectors[0] + first])
                                : VectorCell.Of(vectors.Count, i => cells[vectors[i] + first])
                        );
                    }
                }

                return new TableRows(columns, lines.Count, lines) { Vectors = embeddings };
            }
        );

    private static void RefuseDrawn(string path)
    {
        var lines = Guard<string[]>(
            path,
            (text, comments) =>
                [TextLines.Next(text, comments.Next) ?? "", TextLines.Next(text, comments.Next + 1) ?? ""]
        );
        if (DrawnTable.Begins(lines))
        {
            throw new InputException(
                $"{path} is a table as psql, MySQL, Markdown or a data frame show it to people; export it as CSV."
            );
        }
    }

    /// <summary>Reads in the first of some styles in which that is possible.</summary>
    private static T First<T>(IReadOnlyList<CellStyle> styles, Func<CellStyle, T> read)
    {
        InputException? fault = null;
        foreach (var style in styles)
        {
            try
            {
                return read(style);
            }
            catch (InputException error)
            {
                fault ??= error;
            }
        }

        throw fault!;
    }

    private static bool IsBlank(string cell) => !cell.AsSpan().ContainsAnyExcept(Blank);

    private Extra ExtraOf(string[] cells) =>
        cells.Length != Names.Count + 1 ? Extra.None
        : cells[^1].Length == 0 ? Extra.Separator
        : IsWhole(cells[0]) ? Extra.RowName
        : Extra.None;

    private static bool IsWhole(string cell) =>
        long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>The header under a separator; a first line may name another one.</summary>
    private static Head HeadOf(string path, char separator, CellStyle style, ColumnMap map) =>
        Guard(
            path,
            (text, comments) =>
            {
                foreach ((var line, var cells) in SeparatedText.Read(text, separator, style, comments.Next))
                {
                    if (line == 1 && cells[0].StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
                    {
                        if (cells[0] is { Length: 5 } named && named[4] != separator)
                        {
                            return HeadOf(path, named[4], style, map);
                        }

                        continue;
                    }

                    if (cells.Any(name => name.Contains('\0', StringComparison.Ordinal)))
                    {
                        throw new FormatException(
                            $"line {line}: there is a NUL character, as in UTF-16 without a byte order mark or in a file that is not text; save it as \"CSV UTF-8\""
                        );
                    }

                    var head = Of(line, cells);
                    // Some writers hide the header behind a # as well.
                    var hidden = Of(comments.Count, comments.Last.Split(separator));
                    return map.Known(hidden.Names) > Math.Max(1, map.Known(head.Names)) ? hidden : head;
                }

                return new Head(separator, style, 0, []);

                Head Of(int line, string[] names) =>
                    new(
                        separator,
                        IsSpaced(names) ? CellStyle.Spaced : style,
                        line,
                        [.. names.Select(name => name.Trim().Trim('\ufeff'))]
                    );
            }
        );

    /// <summary>Whether there is a space beside every separator of the header, so that spaces are layout.</summary>
    private static bool IsSpaced(string[] names) =>
        names.Length > 1
        && (
            Array.TrueForAll(names[1..], name => name.StartsWith(' '))
            || Array.TrueForAll(names[..^1], name => name.EndsWith(' '))
        );

    private InputException Uneven(int line, int cells) =>
        new(
            $"{Path}, line {line}: {Plural.Of(cells, "cell")} where the header has {Names.Count}; put cells that hold a {Separators.FirstOrDefault(known => known.Sign == _head.Separator, (default, "separator")).Name} in quotes"
                + (_head.Separator == ',' ? ", numbers with a decimal comma too." : ".")
        );

    /// <summary>Reads what stands behind the comments.</summary>
    private static T Guard<T>(string path, Func<TextReader, CommentLines, T> read)
    {
        try
        {
            return UnicodeText.Read(
                path,
                text =>
                {
                    var comments = CommentLines.Skip(text);
                    return read(text, comments);
                }
            );
        }
        catch (FormatException error)
        {
            throw new InputException($"{path}, {error.Message}.", error);
        }
    }

    /// <summary>The first line of a table.</summary>
    private sealed record Head(char Separator, CellStyle Style, int Line, IReadOnlyList<string> Names);
}
