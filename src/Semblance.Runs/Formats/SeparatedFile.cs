using System.Text;
using Semblance.Wording;

namespace Semblance.Runs.Formats;

/// <summary>A file of separated text in UTF-8 (or what its byte order mark says); its header shows the separator.</summary>
/// <param name="Path">The file.</param>
/// <param name="Separator">A comma, semicolon, tab or upright line.</param>
/// <param name="Header">Names of the columns; none where the file is empty.</param>
internal sealed record SeparatedFile(string Path, char Separator, IReadOnlyList<string> Header)
{
    private static readonly (char Sign, string Name)[] Separators =
    [
        (',', "comma"),
        (';', "semicolon"),
        ('\t', "tab"),
        ('|', "vertical bar"),
    ];

    /// <summary>Finds the separator: the one that makes a header that fits, else the one that makes most columns.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static SeparatedFile Open(string path, Func<IReadOnlyList<string>, bool> fits) =>
        Guard(
            path,
            () =>
            {
                SeparatedFile[] readings =
                [
                    .. Separators.Select(separator => new SeparatedFile(
                        path,
                        separator.Sign,
                        [.. Records(path, separator.Sign).FirstOrDefault().Cells?.Select(name => name.Trim()) ?? []]
                    )),
                ];
                return readings.FirstOrDefault(
                    reading => fits(reading.Header),
                    readings.MaxBy(reading => reading.Header.Count)!
                );
            }
        );

    /// <summary>All lines but the header and empty ones, each with as many cells as the header.</summary>
    /// <exception cref="InputException">The file cannot be read, or a line has more cells or fewer.</exception>
    public IReadOnlyList<(int Line, string[] Cells)> Rows() =>
        Guard<IReadOnlyList<(int, string[])>>(
            Path,
            () =>
                [
                    .. Records(Path, Separator)
                        .Skip(1)
                        // Spreadsheets leave lines of empty cells.
                        .Where(record => !record.Cells.All(string.IsNullOrWhiteSpace))
                        .Select(record => record.Cells.Length == Header.Count ? record : throw Uneven(record)),
                ]
        );

    /// <summary>Refuses a file without a header.</summary>
    /// <param name="expected">The columns that it could have, for the message.</param>
    /// <exception cref="InputException">The file is empty.</exception>
    public SeparatedFile NotEmpty(string expected) =>
        Header.Count > 0
            ? this
            : throw new InputException($"{Path} is empty; expected a line with the names of the columns ({expected}).");

    private static IEnumerable<(int Line, string[] Cells)> Records(string path, char separator)
    {
        using var text = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        foreach ((var line, var cells) in SeparatedText.Read(text, separator))
        {
            // Some spreadsheets say in a first line how the others are separated.
            if (line != 1 || !cells[0].StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
            {
                yield return (line, cells);
            }
        }
    }

    private InputException Uneven((int Line, string[] Cells) record) =>
        new(
            $"{Path}, line {record.Line}: {Plural.Of(record.Cells.Length, "cell")} where the header has {Header.Count}; put cells that hold a {Separators.First(known => known.Sign == Separator).Name} in quotes"
                + (Separator == ',' ? ", numbers with a decimal comma too." : ".")
        );

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException error)
        {
            throw new InputException($"{path} is not UTF-8 text; save it as \"CSV UTF-8\".", error);
        }
        catch (FormatException error)
        {
            throw new InputException($"{path}, {error.Message}.", error);
        }
    }
}
