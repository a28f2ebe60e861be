using System.Globalization;
using Semblance.Reports.Figures;
using Semblance.Statistics;
using Semblance.Wording;

namespace Semblance.Reports.Pages;

/// <summary>Numbers as the page shows them, the same in every culture.</summary>
internal static class Numbers
{
    public static string Fixed(double? value, int decimals = 2) =>
        value is { } number && double.IsFinite(number) ? Axis.Value(number, decimals) : "–";

    public static string Signed(double value, int decimals = 2) => Axis.Value(value, decimals, signed: true);

    /// <summary>A difference with as many decimals as its interval asks for.</summary>
    public static string Signed(Estimate estimate) => Signed(estimate.Value, SignedPoints.Decimals(estimate));

    public static string SignedRange(Estimate estimate)
    {
        var decimals = SignedPoints.Decimals(estimate);
        return $"{Signed(estimate.Low, decimals)} to {Signed(estimate.High, decimals)}";
    }

    public static string Range(Estimate estimate) => $"{Fixed(estimate.Low)} to {Fixed(estimate.High)}";

    public static string Percent(double share) => (100 * share).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    public static string P(double p) =>
        p switch
        {
            < 1e-300 => "p < 1e-300",
            < 0.001 => "p = " + p.ToString("0.0e-0", CultureInfo.InvariantCulture),
            < 0.99995 => "p = " + p.ToString("0.0000", CultureInfo.InvariantCulture),
            < 1 => "p > 0.9999",
            _ => "p = 1",
        };
}
