using System.Globalization;
using Semblance.Statistics;

namespace Semblance.Wording;

/// <summary>Differences of scores as text: with a sign, and with as many decimals as show it.</summary>
public static class SignedPoints
{
    // Differences are rounded to ten decimals.
    private const int Most = 10;

    /// <summary>
    /// Two decimals, or as many as are needed: where the interval leaves out 0, for the sign of both limits and of the value;
    /// where all three would round to 0, for the width of the interval.
    /// </summary>
    /// <param name="value">The difference.</param>
    /// <param name="low">Lower limit.</param>
    /// <param name="high">Upper limit.</param>
    public static int Decimals(double value, double low, double high)
    {
        double[] sizes = [Math.Abs(value), Math.Abs(low), Math.Abs(high)];
        var told = low > 0 || high < 0 ? sizes.Min() : sizes.Max();
        if (told == 0 || told >= 0.005 || !double.IsFinite(told))
        {
            return 2;
        }

        // Two digits that are not 0.
        return Math.Min(Most, 1 - (int)Math.Floor(Math.Log10(told)));
    }

    /// <inheritdoc cref="Decimals(double, double, double)"/>
    public static int Decimals(Estimate estimate)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        return Decimals(estimate.Value, estimate.Low, estimate.High);
    }

    /// <summary>The difference with its sign: <c>+1.20</c>, <c>-0.05</c>, <c>0.00</c>.</summary>
    /// <param name="value">The difference.</param>
    /// <param name="decimals">At least 1.</param>
    public static string Of(double value, int decimals = 2)
    {
        var digits = new string('0', decimals);
        return value.ToString($"+0.{digits};-0.{digits};0.{digits}", CultureInfo.InvariantCulture);
    }
}
