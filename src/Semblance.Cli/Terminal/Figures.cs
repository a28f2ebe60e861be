using System.Globalization;
using Semblance.Statistics;
using Semblance.Wording;

namespace Semblance.Cli.Terminal;

/// <summary>Numbers as a person reads them, the same in every culture.</summary>
internal static class Figures
{
    public static string Fixed(double? value, int decimals = 2) =>
        value?.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) ?? "-";

    /// <summary>With its sign: a difference.</summary>
    public static string Signed(double value) => SignedPoints.Of(value);

    /// <summary>A difference with as many decimals as its interval asks for.</summary>
    public static string Signed(Estimate estimate) => SignedPoints.Of(estimate.Value, SignedPoints.Decimals(estimate));

    /// <summary><c>1 point</c>, <c>0.5 points</c>: a margin as it was given.</summary>
    public static string Points(double points) =>
        points.ToString("0.####", CultureInfo.InvariantCulture) + (points == 1 ? " point" : " points");

    public static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number and its noun: <c>1 prompt</c>, <c>2 prompts</c>.</summary>
    public static string Count(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary><c>0.0120</c>, <c>3.4e-18</c>, <c>&lt;1e-300</c>: four decimals, so that a column of them can be read down.</summary>
    public static string P(double? p) =>
        p switch
        {
            null => "-",
            < 1e-300 => "<1e-300",
            < 0.001 => p.Value.ToString("0.0e-0", CultureInfo.InvariantCulture),
            >= 0.99995 and < 1 => ">0.9999",
            _ => p.Value.ToString("0.0000", CultureInfo.InvariantCulture),
        };

    /// <summary>Limits without a width are no certainty: there is nothing to make an interval from.</summary>
    private const string DoesNotVary = "does not vary";

    public static string Range(Estimate estimate) =>
        estimate.Low == estimate.High ? DoesNotVary : $"{Fixed(estimate.Low)} to {Fixed(estimate.High)}";

    public static string SignedRange(Estimate estimate) =>
        SignedRange(estimate, new Interval(estimate.Low, estimate.High));

    /// <summary>Other limits of an estimate, with as many decimals as its own.</summary>
    public static string SignedRange(Estimate estimate, Interval? limits)
    {
        if (limits is not var (low, high))
        {
            return "-";
        }

        if (low == high)
        {
            return DoesNotVary;
        }

        var decimals = SignedPoints.Decimals(estimate);
        return $"{SignedPoints.Of(low, decimals)} to {SignedPoints.Of(high, decimals)}";
    }

    public static string Percent(double share) => (100 * share).ToString("0.####", CultureInfo.InvariantCulture) + "%";

    /// <summary><c>0:00:31</c>, rounded up to a second.</summary>
    public static string Hours(TimeSpan time)
    {
        var seconds = (long)Math.Ceiling(time.TotalSeconds);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}"
        );
    }
}
