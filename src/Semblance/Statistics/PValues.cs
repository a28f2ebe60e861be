using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>The p-values of one test against each alternative, each in [0, 1].</summary>
/// <param name="TwoSided">Against a difference in either direction.</param>
/// <param name="Less">Against a difference below that of the null hypothesis.</param>
/// <param name="Greater">Against a difference above that of the null hypothesis.</param>
public sealed record PValues(double TwoSided, double Less, double Greater)
{
    /// <summary>Two-sided p as twice the smaller tail, at most 1.</summary>
    internal PValues(double less, double greater)
        : this(Math.Min(1, 2 * Math.Min(less, greater)), less, greater) { }

    /// <summary>Of a statistic that is standard normal under the null hypothesis.</summary>
    internal static PValues OfNormal(double z) => new(Normal.Cdf(z), Normal.UpperTail(z));

    /// <summary>Of a statistic that has Student's t distribution under the null hypothesis.</summary>
    internal static PValues OfStudent(double t, double degrees) =>
        new(StudentT.Cdf(t, degrees), StudentT.UpperTail(t, degrees));
}
