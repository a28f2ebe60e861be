using System.Buffers.Binary;
using Parquet.Meta;

namespace Semblance.Runs.Formats;

/// <summary>
/// Looks at a Parquet file before the library does, which follows damaged structures without end, and believes every number
/// of rows and bytes that a file claims.
/// </summary>
internal static class ParquetCheck
{
    /// <summary>Groups of columns within each other.</summary>
    private const int MostDepth = 64;

    private const long RowsAllowed = 1 << 20;
    private const long ValuesAllowed = 1 << 24;
    private const long BytesAllowed = 64 << 20;

    /// <summary>Values that one compressed byte may stand for, and bytes: what grows more is made to fill memory.</summary>
    private const int MostGrowth = 1000;

    private static readonly int[] HeaderLengths = [1 << 12, 1 << 20];

    /// <summary>Checks the end of the file, where its columns are described.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static void Footer(Stream file)
    {
        Span<byte> tail = stackalloc byte[8];
        if (file.Length < 12)
        {
            throw ThriftScan.Damaged();
        }

        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (!tail[4..].SequenceEqual("PAR1"u8) || length < 1 || length > file.Length - 12)
        {
            throw ThriftScan.Damaged();
        }

        var footer = new byte[length];
        file.Position = file.Length - 8 - length;
        file.ReadExactly(footer);
        file.Position = 0;
        List<long> children = [];
        var end = ThriftScan.Length(
            footer,
            ThriftShapes.File,
            (shape, field, value) =>
            {
                if (shape == ThriftShapes.Element && field == 0)
                {
                    children.Add(0);
                }
                else if (shape == ThriftShapes.Element && field == ThriftShapes.Children)
                {
                    children[^1] = value;
                }
            }
        );
        if (end < 0 || !IsTree(children))
        {
            throw ThriftScan.Damaged();
        }
    }

    /// <summary>Checks how many rows a file claims.</summary>
    /// <exception cref="InvalidDataException">The numbers do not go together.</exception>
    /// <exception cref="NotSupportedException">There are more rows than a file of this length holds.</exception>
    public static void Rows(FileMetaData file, long length)
    {
        if (
            file.RowGroups.Exists(group => group.NumRows is < 0 or > int.MaxValue)
            || file.RowGroups.Sum(group => group.NumRows) != file.NumRows
        )
        {
            throw ThriftScan.Damaged();
        }

        if (file.NumRows > RowsAllowed && file.NumRows > length)
        {
            throw new NotSupportedException(
                $"it claims {file.NumRows} rows in {length} bytes, which would fill memory; keep each row once."
            );
        }
    }

    /// <summary>Checks the pages of a column in a group of rows.</summary>
    /// <param name="file">The file.</param>
    /// <param name="column">What the file says of the column.</param>
    /// <param name="rows">Of the group.</param>
    /// <param name="isList">Whether a row holds any number of values.</param>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    /// <exception cref="NotSupportedException">They would grow to fill memory.</exception>
    public static void Pages(Stream file, ColumnMetaData column, long rows, bool isList)
    {
        var at = column.DictionaryPageOffset is > 0 and var first
            ? Math.Min(first, column.DataPageOffset)
            : column.DataPageOffset;
        if (column.NumValues < rows || (!isList && column.NumValues != rows) || at < 4)
        {
            throw ThriftScan.Damaged();
        }

        (var values, var bytes) = (0L, 0L);
        while (values < column.NumValues)
        {
            (var header, var page) = PageAt(file, at);
            at += header + page.Compressed;
            (values, bytes) = (values + page.Values, bytes + page.Compressed);
            if (page.Compressed < 0 || page.Uncompressed < 0 || page.Values < 0 || at > file.Length - 8)
            {
                throw ThriftScan.Damaged();
            }

            if (page.Uncompressed > BytesAllowed && page.Uncompressed / MostGrowth > page.Compressed)
            {
                throw new NotSupportedException(
                    $"a page of {page.Compressed} bytes would grow to {page.Uncompressed}, which would fill memory."
                );
            }
        }

        if (values != column.NumValues)
        {
            throw ThriftScan.Damaged();
        }

        if (values > ValuesAllowed && values / MostGrowth > bytes)
        {
            throw new NotSupportedException($"it claims {values} values in {bytes} bytes, which would fill memory.");
        }
    }

    /// <summary>Whether elements, each with the number of those within it that follow, form one tree that is not too deep.</summary>
    private static bool IsTree(List<long> children)
    {
        var open = new Stack<long>([1]);
        foreach (var count in children)
        {
            while (open.TryPeek(out var left) && left == 0)
            {
                open.Pop();
            }

            if (open.Count is 0 or > MostDepth || count < 0 || count > children.Count)
            {
                return false;
            }

            open.Push(open.Pop() - 1);
            open.Push(count);
        }

        return children.Count > 0 && open.All(left => left == 0);
    }

    private static (int Length, Page Page) PageAt(Stream file, long at)
    {
        foreach (var most in HeaderLengths)
        {
            var bytes = new byte[Math.Clamp(file.Length - 8 - at, 0, most)];
            file.Position = at;
            file.ReadExactly(bytes);
            var page = default(Page);
            var length = ThriftScan.Length(
                bytes,
                ThriftShapes.Page,
                (shape, field, value) =>
                    page = (shape, field) switch
                    {
                        (ThriftShapes.Page, 2) => page with { Uncompressed = value },
                        (ThriftShapes.Page, 3) => page with { Compressed = value },
                        ("Data" or "Data2", 1) => page with { Values = value },
                        _ => page,
                    }
            );
            if (length > 0)
            {
                return (length, page);
            }
        }

        throw ThriftScan.Damaged();
    }

    /// <summary>Bytes of a page, and how many values of the column it holds: none for a dictionary.</summary>
    private readonly record struct Page(long Uncompressed, long Compressed, long Values);
}
