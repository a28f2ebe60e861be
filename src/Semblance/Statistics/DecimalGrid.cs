namespace Semblance.Statistics;

/// <summary>Numbers that were written with a few decimals, as whole multiples of the last one.</summary>
internal static class DecimalGrid
{
    // Of one grid step: what subtraction of scores below 1,000 leaves at six decimals is under 1e-7.
    private const double Slack = 1e-7;
    private const int MostDigits = 6;

    /// <summary>The values times 10^digits, for the fewest digits (up to six) that hold all of them; null where none do.</summary>
    /// <param name="values">Finite.</param>
    public static long[]? Find(ReadOnlySpan<double> values)
    {
        for (var digits = 0; digits <= MostDigits; digits++)
        {
            if (At(values, digits) is { } grid)
            {
                return grid;
            }
        }

        return null;
    }

    private static long[]? At(ReadOnlySpan<double> values, int digits)
    {
        var scale = Math.Pow(10, digits);
        var grid = new long[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var scaled = values[i] * scale;
            var whole = Math.Round(scaled);
            if (Math.Abs(whole) > 1e15 || Math.Abs(scaled - whole) > Slack)
            {
                return null;
            }

            grid[i] = (long)whole;
        }

        return grid;
    }
}
