using System.Collections.Frozen;

namespace Semblance.Runs.Formats;

/// <summary>
/// What the structs of a Parquet file hold, from https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift:
/// by number <c>i</c> (a whole number), <c>8</c> (a byte), <c>b</c> (bytes or text), <c>t</c> (true or false), the name of a struct,
/// and any of these in brackets, a list. A reader that takes one for another loses its way in the file.
/// </summary>
internal static class ThriftShapes
{
    public const string File = "File";
    public const string Page = "Page";
    public const string Element = "Element";

    /// <summary>Of <see cref="Element"/>: how many of the elements that follow are its own.</summary>
    public const int Children = 5;

    private static readonly FrozenDictionary<(string, int), string> Fields = Parse(
        """
        File: 1 i, 2 [Element], 3 i, 4 [Group], 5 [KeyValue], 6 b, 7 [Order], 8 Algorithm, 9 b
        Element: 1 i, 2 i, 3 i, 4 b, 5 i, 6 i, 7 i, 8 i, 9 i, 10 Logical
        Logical: 1 Empty, 2 Empty, 3 Empty, 4 Empty, 5 Decimal, 6 Empty, 7 Time, 8 Time, 10 Integer, 11 Empty, 12 Empty, 13 Empty, 14 Empty, 15 Empty
        Decimal: 1 i, 2 i
        Time: 1 t, 2 Unit
        Unit: 1 Empty, 2 Empty, 3 Empty
        Integer: 1 8, 2 t
        KeyValue: 1 b, 2 b
        Order: 1 Empty
        Algorithm: 1 Cipher, 2 Cipher
        Cipher: 1 b, 2 b, 3 t
        Group: 1 [Chunk], 2 i, 3 i, 4 [Sorting], 5 i, 6 i, 7 i
        Sorting: 1 i, 2 t, 3 t
        Chunk: 1 b, 2 i, 3 Column, 4 i, 5 i, 6 i, 7 i, 8 Crypto, 9 b
        Column: 1 i, 2 [i], 3 [b], 4 i, 5 i, 6 i, 7 i, 8 [KeyValue], 9 i, 10 i, 11 i, 12 Statistics, 13 [Encoding], 14 i, 15 i, 16 Sizes
        Statistics: 1 b, 2 b, 3 i, 4 i, 5 b, 6 b, 7 t, 8 t
        Encoding: 1 i, 2 i, 3 i
        Sizes: 1 i, 2 [i], 3 [i]
        Crypto: 1 Empty, 2 Key
        Key: 1 [b], 2 b
        Page: 1 i, 2 i, 3 i, 4 i, 5 Data, 6 Empty, 7 Dictionary, 8 Data2
        Data: 1 i, 2 i, 3 i, 4 i, 5 Statistics
        Dictionary: 1 i, 2 i, 3 t
        Data2: 1 i, 2 i, 3 i, 4 i, 5 i, 6 i, 7 t, 8 Statistics
        """
    );

    /// <summary>What a field is; null for one that is not known.</summary>
    public static string? Of(string? shape, int field) =>
        shape is null ? null : Fields.GetValueOrDefault((shape, field));

    private static FrozenDictionary<(string, int), string> Parse(string lines) =>
        lines
            .Split('\n', StringSplitOptions.TrimEntries)
            .Select(line => line.Split(": "))
            .SelectMany(line => line[1].Split(", ").Select(field => (Shape: line[0], Field: field.Split(' '))))
            .ToFrozenDictionary(
                one => (one.Shape, int.Parse(one.Field[0], System.Globalization.CultureInfo.InvariantCulture)),
                one => one.Field[1]
            );
}
