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

    /// <summary>Finds the separator: the one that makes most columns that are known, and of those the one that makes most columns.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static SeparatedTable Open(string path, ColumnMap map)
    {
        Head? best = null;
        var most = (Known: 0, Columns: -1);
        InputException? fault = null;
        var usual = CompressedFile.ExtensionOf(path) is ".tsv" or ".tab" ? '\t' : ',';
        foreach (var separator in Separators.Select(known => known.Sign).OrderBy(sign => sign != usual))
        {
            try
            {
                var head = HeadOf(path, separator);
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

    public override TableRows ReadAt(IReadOnlyList<int> places, IReadOnlyList<int> vectors)
    {
        try
        {
            return ReadAt(places, vectors, backslash: false);
        }
        catch (InputException error)
        {
            try
            {
                // Spark and MySQL write a backslash before a quote where others double it.
                return ReadAt(places, vectors, backslash: true);
            }
            catch (InputException)
            {
                throw error;
            }
        }
    }

    private TableRows ReadAt(IReadOnlyList<int> places, IReadOnlyList<int> vectors, bool backslash) =>
        Guard(
            Path,
            text =>
            {
                List<int> lines = [];
                List<string?>?[] columns = [.. places.Select(place => place < 0 ? null : new List<string?>())];
                List<VectorCell> embeddings = [];
                HashSet<string> rowNames = [];
                Extra? extra = null;
                foreach ((var line, var cells) in SeparatedText.Read(text, _head.Separator, backslash))
                {
                    // Spreadsheets leave lines of empty cells.
                    if (line <= _head.Line || Array.TrueForAll(cells, string.IsNullOrWhiteSpace))
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

    private Extra ExtraOf(string[] cells) =>
        cells.Length != Names.Count + 1 ? Extra.None
        : cells[^1].Length == 0 ? Extra.Separator
        : IsWhole(cells[0]) ? Extra.RowName
        : Extra.None;

    private static bool IsWhole(string cell) =>
        long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>The header under a separator; a first line may name another one, or be PowerShell's.</summary>
    private static Head HeadOf(string path, char separator) =>
        Guard(
            path,
            text =>
            {
                foreach ((var line, var cells) in SeparatedText.Read(text, separator))
                {
                    if (line == 1 && cells[0].StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
                    {
                        if (cells[0] is { Length: 5 } named && named[4] != separator)
                        {
                            return HeadOf(path, named[4]);
                        }
                    }
                    else if (line != 1 || !cells[0].StartsWith("#TYPE ", StringComparison.Ordinal))
                    {
                        return cells.Any(name => name.Contains('\0', StringComparison.Ordinal))
                            ? throw new FormatException(
                                $"line {line}: there is a NUL character, as in UTF-16 without a byte order mark or in a file that is not text; save it as \"CSV UTF-8\""
                            )
                            : new Head(separator, line, [.. cells.Select(name => name.Trim().Trim('\ufeff'))]);
                    }
                }

                return new Head(separator, 0, []);
            }
        );

    private InputException Uneven(int line, int cells) =>
        new(
            $"{Path}, line {line}: {Plural.Of(cells, "cell")} where the header has {Names.Count}; put cells that hold a {Separators.FirstOrDefault(known => known.Sign == _head.Separator, (default, "separator")).Name} in quotes"
                + (_head.Separator == ',' ? ", numbers with a decimal comma too." : ".")
        );

    private static T Guard<T>(string path, Func<TextReader, T> read)
    {
        try
        {
            return UnicodeText.Read(path, read);
        }
        catch (FormatException error)
        {
            throw new InputException($"{path}, {error.Message}.", error);
        }
    }

    /// <summary>The first line of a table.</summary>
    private sealed record Head(char Separator, int Line, IReadOnlyList<string> Names);
}
