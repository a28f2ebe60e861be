using System.Numerics;

namespace Semblance.Imaging.Formats;

/// <summary>PNG's row filters.</summary>
internal static class PngFilter
{
    /// <summary>Undoes a filter in place.</summary>
    /// <param name="kind">0 to 4.</param>
    /// <param name="row">The row without its filter byte.</param>
    /// <param name="above">The row above, already undone, or zeros.</param>
    /// <param name="step">Bytes of a whole pixel, at least 1.</param>
    /// <returns>False where the kind is unknown.</returns>
    public static bool Undo(byte kind, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        switch (kind)
        {
            case 0:
                return true;
            case 1:
                for (var i = step; i < row.Length; i++)
                {
                    row[i] += row[i - step];
                }

                return true;
            case 2:
                Add(row, above);
                return true;
            case 3:
                for (var i = 0; i < Math.Min(step, row.Length); i++)
                {
                    row[i] += (byte)(above[i] >> 1);
                }

                for (var i = step; i < row.Length; i++)
                {
                    row[i] += (byte)((row[i - step] + above[i]) >> 1);
                }

                return true;
            case 4:
                for (var i = 0; i < Math.Min(step, row.Length); i++)
                {
                    row[i] += above[i];
                }

                for (var i = step; i < row.Length; i++)
                {
                    row[i] += Paeth(row[i - step], above[i], above[i - step]);
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>Applies filter 4.</summary>
    public static void Paeth(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> filtered, int step)
    {
        for (var i = 0; i < Math.Min(step, row.Length); i++)
        {
            filtered[i] = (byte)(row[i] - above[i]);
        }

        for (var i = step; i < row.Length; i++)
        {
            filtered[i] = (byte)(row[i] - Paeth(row[i - step], above[i], above[i - step]));
        }
    }

    private static void Add(Span<byte> row, ReadOnlySpan<byte> above)
    {
        var i = 0;
        for (; i + Vector<byte>.Count <= row.Length; i += Vector<byte>.Count)
        {
            (new Vector<byte>(row[i..]) + new Vector<byte>(above[i..])).CopyTo(row[i..]);
        }

        for (; i < row.Length; i++)
        {
            row[i] += above[i];
        }
    }

    private static byte Paeth(int left, int up, int corner)
    {
        var (a, b) = (up - corner, left - corner);
        var (toLeft, toUp, toCorner) = (Math.Abs(a), Math.Abs(b), Math.Abs(a + b));
        var nearer = toLeft <= toUp ? left : up;
        return (byte)(Math.Min(toLeft, toUp) <= toCorner ? nearer : corner);
    }
}
