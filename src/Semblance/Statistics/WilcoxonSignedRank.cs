using Semblance.Statistics.Distributions;

namespace Semblance.Statistics;

/// <summary>Wilcoxon's signed-rank test of paired differences d = y - x; differences of zero are dropped (Wilcoxon 1945).</summary>
/// <param name="Pairs">How many pairs.</param>
/// <param name="Zeros">How many differences are zero.</param>
/// <param name="HasTies">Whether two differences other than zero have the same size.</param>
/// <param name="WPlus">Sum of the mid-ranks of positive differences .</param>
/// <param name="WMinus">The same of negative differences.</param>
/// <param name="StandardError">
/// Of W+ under the null hypothesis, ties included: half the root of the sum of squared ranks.
/// </param>
/// <param name="Exact">
/// By counting all signs of the ranks as they are, ties included; null above <see cref="ExactLimit"/> pairs.
/// </param>
public sealed record WilcoxonSignedRank(
    int Pairs,
    int Zeros,
    bool HasTies,
    double WPlus,
    double WMinus,
    double StandardError,
    PValues? Exact
)
{
    /// <summary>The most pairs whose signs are counted; with more the normal approximation is good to all digits shown.</summary>
    public const int ExactLimit = 1000;

    /// <summary>How many differences are not zero.</summary>
    public int Ranked => Pairs - Zeros;

    /// <summary>Mean of W+ under the null hypothesis.</summary>
    public double Mean => (WPlus + WMinus) / 2;

    /// <summary>(W+ - mean) / standard error.</summary>
    public double Z => (WPlus - Mean) / StandardError;

    /// <summary>Normal approximation without continuity correction, as scipy gives it.</summary>
    public PValues Normal => PValues.OfNormal(Z);

    /// <summary>Normal approximation with continuity correction, as R gives it: W+ moves half a rank toward its mean.</summary>
    public PValues NormalCorrected
    {
        get
        {
            var half = 0.5 / StandardError;
            var towards = Math.Abs(Z - (Math.Sign(Z) * half));
            return new(
                Math.Min(1, 2 * Distributions.Normal.UpperTail(towards)),
                Distributions.Normal.Cdf(Z + half),
                Distributions.Normal.UpperTail(Z - half)
            );
        }
    }

    /// <summary>The exact p-values where they were counted, the corrected approximation beyond.</summary>
    public PValues P => Exact ?? NormalCorrected;

    /// <summary>The smallest one-sided p that <paramref name="ranked"/> differences other than zero can have, all of one sign: 2^-n.</summary>
    internal static double LeastP(int ranked) => Math.ScaleB(1, -ranked);

    /// <summary>The fewest differences other than zero whose one-sided p can be <paramref name="alpha"/> or less.</summary>
    internal static int FewestPairs(double alpha) => Math.Max(1, (int)Math.Ceiling(-Math.Log2(alpha)));

    /// <summary>The test of y against x. Differences are plain subtraction: round first where decimal ties are meant.</summary>
    /// <exception cref="AssumptionException">Empty, LengthMismatch, NotFinite, AllZero.</exception>
    public static WilcoxonSignedRank Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Of(Sample.Differences(x, y));

    /// <summary>The test of differences that are already taken.</summary>
    /// <exception cref="AssumptionException">Empty, NotFinite, AllZero.</exception>
    public static WilcoxonSignedRank Of(ReadOnlySpan<double> differences)
    {
        var ranks = SignedRanks.Of(differences);
        var weights = ranks.Plus.Concat(ranks.Minus).ToArray();
        var (plus, minus) = (ranks.Plus.Sum(), ranks.Minus.Sum());
        PValues? exact = null;
        if (differences.Length <= ExactLimit)
        {
            // Without ties the ranks are 1 to n, and half of what is doubled here.
            var law = ranks.HasTies ? new SubsetSum(weights) : SubsetSum.OfRanks(weights.Length);
            var sum = ranks.HasTies ? plus : plus / 2;
            exact = new(law.Cdf(sum), law.UpperTail(sum));
        }

        return new WilcoxonSignedRank(
            differences.Length,
            differences.Length - weights.Length,
            ranks.HasTies,
            plus / 2.0,
            minus / 2.0,
            Math.Sqrt(weights.Sum(r => (double)r * r)) / 4,
            exact
        );
    }
}
