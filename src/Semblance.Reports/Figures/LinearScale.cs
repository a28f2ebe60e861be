namespace Semblance.Reports.Figures;

/// <summary>Where values are in a figure.</summary>
/// <param name="Low">Least value.</param>
/// <param name="High">Greatest value, above <paramref name="Low"/>.</param>
/// <param name="From">Place of the least value.</param>
/// <param name="To">Place of the greatest value; before <paramref name="From"/> where values grow upwards.</param>
internal sealed record LinearScale(double Low, double High, double From, double To)
{
    /// <summary>A scale that holds the values, with a little room at both ends.</summary>
    /// <param name="values">At least one, finite.</param>
    /// <param name="from">Place of the least value.</param>
    /// <param name="to">Place of the greatest value.</param>
    /// <param name="least">No value of the scale is below; null for no limit.</param>
    /// <param name="most">No value of the scale is above; null for no limit.</param>
    public static LinearScale Of(
        IEnumerable<double> values,
        double from,
        double to,
        double? least = null,
        double? most = null
    )
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        // Values that hardly differ are not spread over the whole figure.
        var room = Math.Max((high - low) * 0.04, Math.Max(1e-6, Math.Abs(high) * 1e-4));
        (low, high) = (low - room, high + room);
        low = Math.Max(low, least ?? double.NegativeInfinity);
        high = Math.Min(high, most ?? double.PositiveInfinity);
        return high > low ? new LinearScale(low, high, from, to) : new LinearScale(low - 1, low + 1, from, to);
    }

    /// <summary>The place of a value.</summary>
    public double At(double value) => From + ((value - Low) / (High - Low) * (To - From));

    /// <summary>Round values within the scale, 1, 2 or 5 times a power of ten apart, at least <paramref name="apart"/> points from each other.</summary>
    public IReadOnlyList<double> Ticks(double apart)
    {
        var least = (High - Low) * apart / Math.Abs(To - From);
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        var step =
            power
            * (
                least / power <= 1 ? 1
                : least / power <= 2 ? 2
                : least / power <= 5 ? 5
                : 10
            );
        List<double> ticks = [];
        for (var i = Math.Ceiling((Low / step) - 1e-9); i * step <= High + (step * 1e-9); i++)
        {
            ticks.Add(i * step);
        }

        return ticks;
    }

    /// <summary>How many decimals tell these ticks apart.</summary>
    public static int Decimals(IReadOnlyList<double> ticks) =>
        ticks.Count < 2 ? 1 : Math.Clamp((int)-Math.Floor(Math.Log10(ticks[1] - ticks[0]) + 1e-9), 0, 8);
}
