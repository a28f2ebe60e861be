using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Variance;

/// <summary>
/// The standard error of a mean over prompts that need not be independent: prompts of one cluster go together, and so do
/// images of one seed.
/// </summary>
/// <remarks>
/// <para>
/// Let d_p be the score (or difference) of prompt p of P, and a_ps what seed s does to it (<see cref="SeedDeviations"/>;
/// for a difference second - first). The variance of the mean of d is (1/P^2) [sum_p Var(d_p) + sum_(p != q) Cov(d_p, d_q)].
/// Prompts that are a sample and share nothing leave the first sum, which V_prompts = s^2 / P estimates. Seeds that all
/// prompts have in common add covariances. A_s = sum_p a_ps / P is what seed s does to the mean, so V_seeds = sum_s A_s^2 is
/// the delete-one-seed jackknife of the mean over all prompts at once; of its terms a_ps a_qs those with p = q are what
/// seeds add within prompts, V_within = sum_p sum_s a_ps^2 / P^2, and are in V_prompts already. What is left,
/// V_seeds - V_within, estimates the covariances, and V = V_prompts + V_seeds - V_within: the two-way variance of
/// Cameron, Gelbach and Miller ("Robust inference with multiway clustering", Journal of Business and Economic Statistics
/// 29 (2011), equation 2.11), whose third term is that of the intersection. An estimate of a part below 0 counts as 0.
/// Where no two prompts share a seed V_seeds equals V_within, and V is V_prompts; nothing has to be decided.
/// </para>
/// <para>
/// Clusters of prompts: V_prompts is then the CR2 variance (Bell and McCaffrey 2002; Pustejovsky and Tipton, Journal of
/// Business and Economic Statistics 36 (2018)), which for a mean has the closed form
/// sum_c E_c^2 / (P^2 (1 - n_c / P)) with E_c the sum of the n_c residuals of cluster c, unbiased where prompts are
/// independent; V_within sums a_ps over a cluster before it is squared.
/// </para>
/// <para>
/// Degrees of freedom are Satterthwaite's for two parts, V^2 / (V_prompts^2 / f + V_extra^2 / (S - 1)), with f = P - 1 (of
/// clusters: tr(B)^2 / tr(B^2), with B the Gram matrix of the residual-maker's rows, as in Pustejovsky and Tipton) and S the seeds that prompts share.
/// They lie between min(P, S) - 1 and the sum of both; the smaller of them alone covers 97 to 98% where seeds do nothing
/// (docs/statistics.md).
/// </para>
/// </remarks>
/// <param name="StandardError">Of the mean, sqrt(V), in points.</param>
/// <param name="DegreesOfFreedom">Of Student's t; a whole number only without clusters and seeds in common.</param>
/// <param name="PromptError">sd / sqrt(P): what it would be if prompts had nothing in common.</param>
/// <param name="SeedDesign">Whether prompts share seeds.</param>
/// <param name="SeedsCommon">
/// Covariance of two prompts' scores (or differences) that comes from the seeds that they share, mean over pairs of prompts,
/// in squared points; an estimate, which may be negative. More prompts do not lessen it. Null where the seeds are not known.
/// </param>
/// <param name="Clusters">How many clusters of prompts there are; null where none were given.</param>
public sealed record MeanError(
    double StandardError,
    double DegreesOfFreedom,
    double PromptError,
    SeedDesign SeedDesign,
    double? SeedsCommon,
    int? Clusters
)
{
    /// <summary>Share of the squared standard error that seeds in common add, 0 to 1; null where seeds are not known.</summary>
    public double? ShareFromSeeds { get; init; }

    /// <summary>Of <see cref="StandardError"/> squared the part that prompts (or clusters of them) give.</summary>
    internal double PromptPart { get; private init; }

    /// <summary>Degrees of freedom of <see cref="PromptPart"/>.</summary>
    internal double PromptDegrees { get; private init; }

    /// <summary>Whether prompts are independent as far as is known: then all is as it is for a plain sample.</summary>
    internal bool Independent => Clusters is null && !SeedsWiden;

    /// <summary>Whether seeds in common make the error larger than prompts alone would.</summary>
    internal bool SeedsWiden => StandardError * StandardError > PromptPart * (1 + 1e-12);

    /// <summary>
    /// How many times as far from the estimate a limit lies as that of independent prompts: the ratio of standard errors
    /// times that of Student's quantiles. 1 where nothing is shared.
    /// </summary>
    /// <param name="tail">Chance beyond the limit, such as 0.025; below 0.5.</param>
    /// <param name="prompts">P.</param>
    internal double Widening(double tail, int prompts) =>
        Independent || PromptError == 0
            ? 1
            : StandardError
                * StudentT.Quantile(1 - tail, DegreesOfFreedom)
                / (PromptError * StudentT.Quantile(1 - tail, prompts - 1));

    /// <summary>Student's interval of the mean with this error; not cut to the range of scores.</summary>
    /// <param name="mean">The mean that this is the error of.</param>
    /// <param name="level">Coverage, between 0 and 1.</param>
    public Interval Interval(double mean, double level = 0.95)
    {
        var half = StudentT.Quantile((1 + level) / 2, DegreesOfFreedom) * StandardError;
        return new Interval(mean - half, mean + half);
    }

    /// <summary>Of a mean over prompts.</summary>
    /// <param name="values">One per prompt, [P], at least 2.</param>
    /// <param name="seeds">What seeds do to them; null where it is not known.</param>
    /// <param name="clusters">Of each prompt, [P], from 0; null where every prompt is its own.</param>
    /// <exception cref="AssumptionException">Empty, TooFew (two prompts, or one cluster), NotFinite.</exception>
    internal static MeanError Of(ReadOnlySpan<double> values, SeedEffects? seeds = null, int[]? clusters = null)
    {
        Sample.Require(values, least: 2);
        var p = (double)values.Length;
        var (mean, plain) = Descriptive.MeanWithError(values);
        var (variance, degrees) = (plain * plain, p - 1);
        if (clusters is not null)
        {
            (variance, degrees) = Clustered(values, mean, clusters);
        }

        var promptDegrees = degrees;
        var extra = Math.Max(0, seeds?.Between ?? 0);
        var total = variance + extra;
        if (extra > 0)
        {
            degrees =
                total * total / ((variance * variance / degrees) + (extra * extra / Math.Max(1, seeds!.Shared - 1)));
        }

        return new MeanError(
            Math.Sqrt(total),
            degrees,
            plain,
            seeds?.Design ?? SeedDesign.Unknown,
            seeds is null ? null : seeds.Between * p / (p - 1),
            clusters?.Distinct().Count()
        )
        {
            ShareFromSeeds =
                seeds is null ? null
                : extra == 0 ? 0
                : extra / total,
            PromptPart = variance,
            PromptDegrees = promptDegrees,
        };
    }

    /// <summary>The CR2 variance of a mean and its degrees of freedom.</summary>
    private static (double Variance, double Degrees) Clustered(ReadOnlySpan<double> values, double mean, int[] clusters)
    {
        var n = (double)values.Length;
        var count = clusters.Max() + 1;
        AssumptionException.ThrowUnless(
            count >= 2,
            Assumption.TooFew,
            $"All prompts are of one cluster, and an error over clusters needs at least two."
        );
        var (sums, sizes) = (new double[count], new double[count]);
        for (var i = 0; i < values.Length; i++)
        {
            sums[clusters[i]] += values[i] - mean;
            sizes[clusters[i]]++;
        }

        // B_cc = n_c / n^2 and B_cd = -g_c g_d / n with g_c = n_c^2 / (n^2 (1 - n_c / n)), the square of the row's length.
        var (variance, own, cross, crossOwn) = (0.0, 0.0, 0.0, 0.0);
        for (var c = 0; c < count; c++)
        {
            var rest = n * n * (1 - (sizes[c] / n));
            var g = sizes[c] * sizes[c] / rest;
            variance += sums[c] * sums[c] / rest;
            own += sizes[c] * sizes[c] / (n * n * n * n);
            cross += g;
            crossOwn += g * g;
        }

        var squares = own + (((cross * cross) - crossOwn) / (n * n));
        return (variance, 1 / (n * n * squares));
    }
}
