using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>
/// The test of two shares of the same things (Q. McNemar, Psychometrika 12 (1947)): only what one of two methods gets right
/// and the other wrong says which is better, and either is as likely under the null hypothesis.
/// </summary>
/// <param name="OnlyFirst">b: right by the first method alone.</param>
/// <param name="OnlySecond">c: right by the second method alone.</param>
public sealed record McNemar(int OnlyFirst, int OnlySecond)
{
    /// <summary>What one method gets right and the other wrong, b + c.</summary>
    public int Discordant => OnlyFirst + OnlySecond;

    /// <summary>Exact and two-sided: the binomial test of b of b + c against one half.</summary>
    public double PExact => Proportion.AgainstHalf(OnlyFirst, Discordant).TwoSided;

    /// <summary>The exact p less half of what the observed table weighs: less cautious, and seldom above its level.</summary>
    public double PMid
    {
        get
        {
            var least = Math.Min(OnlyFirst, OnlySecond);
            var observed = Binomial.Cdf(least, Discordant, 0.5) - Binomial.Cdf(least - 1, Discordant, 0.5);
            return OnlyFirst == OnlySecond ? 1 - (observed / 2) : PExact - observed;
        }
    }

    /// <summary>(b - c)^2 / (b + c), chi-squared with one degree of freedom for many.</summary>
    public double ChiSquare => Square(OnlyFirst - OnlySecond) / Discordant;

    /// <summary>(|b - c| - 1)^2 / (b + c), 0 where b = c.</summary>
    public double ChiSquareCorrected => Square(Math.Max(0, Math.Abs(OnlyFirst - OnlySecond) - 1)) / Discordant;

    /// <summary>The two-sided p of <see cref="ChiSquare"/>, for many discordant pairs.</summary>
    public double PChiSquare => ChiSquared.UpperTail(ChiSquare, 1);

    /// <summary>The two-sided p of <see cref="ChiSquareCorrected"/>, for many discordant pairs.</summary>
    public double PChiSquareCorrected => ChiSquared.UpperTail(ChiSquareCorrected, 1);

    /// <summary>The test of two counts.</summary>
    /// <param name="onlyFirst">b, at least 0.</param>
    /// <param name="onlySecond">c, at least 0.</param>
    /// <exception cref="AssumptionException">OutOfRange; NoVariation where both are 0.</exception>
    public static McNemar Of(int onlyFirst, int onlySecond)
    {
        AssumptionException.ThrowUnless(
            onlyFirst >= 0 && onlySecond >= 0,
            Assumption.OutOfRange,
            $"Counts are 0 or more, not {onlyFirst} and {onlySecond}."
        );
        AssumptionException.ThrowUnless(
            onlyFirst + onlySecond > 0,
            Assumption.NoVariation,
            $"Both methods are right and wrong on the same things, so that nothing tells them apart."
        );
        return new McNemar(onlyFirst, onlySecond);
    }

    private static double Square(double x) => x * x;
}
