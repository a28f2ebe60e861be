using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>Pearson's product-moment correlation of pairs of numbers.</summary>
/// <param name="R">-1 to 1.</param>
/// <param name="P">
/// Two-sided, Student's t with n - 2 degrees of freedom (exact for a bivariate normal law); null for two pairs.
/// </param>
/// <param name="Interval">
/// tanh(atanh r +- z / sqrt(n - 3)): R. A. Fisher, "On the probable error of a coefficient of correlation", Metron 1
/// (1921); null below four pairs and where the pairs lie on a line.
/// </param>
public sealed record Pearson(double R, double? P, Interval? Interval)
{
    /// <summary>The correlation of pairs, with its interval.</summary>
    /// <param name="x">At least two values, not all the same.</param>
    /// <param name="y">As many, not all the same.</param>
    /// <param name="level">Coverage of the interval, between 0 and 1.</param>
    /// <exception cref="AssumptionException">
    /// Empty, LengthMismatch, NotFinite, TooFew, NoVariation; OutOfRange for the level.
    /// </exception>
    public static Pearson Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double level = 0.95)
    {
        Sample.RequireFraction(level);
        var r = Coefficient(x, y);
        return new Pearson(r, POf(r, x.Length), IntervalOf(r, x.Length, level));
    }

    /// <summary>r of at least two pairs.</summary>
    /// <exception cref="AssumptionException">Empty, LengthMismatch, NotFinite, TooFew or NoVariation.</exception>
    internal static double Coefficient(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Sample.RequirePairs(x, y, least: 2);
        Sample.RequireVariation(x, "The first values");
        Sample.RequireVariation(y, "The second values");
        var a = Direction(x);
        var b = Direction(y);
        var r = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            r += a[i] * b[i];
        }

        return Math.Clamp(r, -1, 1);
    }

    /// <summary>Two-sided p-value of a correlation of n pairs that is t-distributed under the null hypothesis.</summary>
    internal static double? POf(double r, int n) =>
        n < 3 ? null
        : Math.Abs(r) == 1 ? 0
        : 2 * StudentT.UpperTail(Math.Abs(r) * Math.Sqrt((n - 2) / ((1 - r) * (1 + r))), n - 2);

    private static Interval? IntervalOf(double r, int n, double level)
    {
        if (n < 4 || Math.Abs(r) == 1)
        {
            return null;
        }

        var centre = Math.Atanh(r);
        var half = Normal.Quantile((1 + level) / 2) / Math.Sqrt(n - 3);
        return new(Math.Tanh(centre - half), Math.Tanh(centre + half));
    }

    /// <summary>The values less their mean, as a unit vector; scaled first, so that no square leaves a double's range.</summary>
    private static double[] Direction(ReadOnlySpan<double> values)
    {
        var centred = values.ToArray();
        var mean = Descriptive.Mean(centred);
        var largest = 0.0;
        for (var i = 0; i < centred.Length; i++)
        {
            centred[i] -= mean;
            largest = Math.Max(largest, Math.Abs(centred[i]));
        }

        var squares = 0.0;
        for (var i = 0; i < centred.Length; i++)
        {
            centred[i] /= largest;
            squares += centred[i] * centred[i];
        }

        var length = Math.Sqrt(squares);
        return Array.ConvertAll(centred, value => value / length);
    }
}
