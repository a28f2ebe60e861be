using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Agreement;

/// <summary>
/// Intervals of agreement coefficients for other prompts and other raters like these. The variance over prompts is that of a
/// bootstrap over prompts, the variance over raters that of a jackknife over raters (K. L. Gwet, "Handbook of Inter-Rater
/// Reliability" (4th ed., 2014), chapter 5), less what the noise of single votes adds to it, which the first has already.
/// </summary>
internal static class TwoWayInterval
{
    /// <summary>Variances need no more resamples than this.</summary>
    private const int MostResamples = 100;

    /// <summary>
    /// Student's interval, with Satterthwaite's degrees of freedom, cut at 1; null where it does not exist. What is taken off
    /// the jackknife makes it smaller and not more certain, so its degrees of freedom count as it was.
    /// </summary>
    /// <param name="table">Votes; below three raters nothing is left to agree without one of them.</param>
    /// <param name="coefficient">Of votes, [item][category]; NaN where it does not exist.</param>
    /// <param name="options">Level, resamples, seed.</param>
    public static Interval? Of(VoteTable table, Func<int[][], double> coefficient, AgreementOptions options)
    {
        var clusters = PromptClusters.Of(table.Items);
        var (prompts, raters) = (clusters.Count, table.Raters.Count);
        if (raters < 3 || prompts < 2)
        {
            return null;
        }

        // All votes first, and then those without each of the raters.
        int[][][] votes =
        [
            table.Counts(),
            .. Enumerable.Range(0, raters).Select(rater => table.Without(rater).Counts()),
        ];
        var value = coefficient(votes[0]);
        var without = Apart([.. votes.Skip(1).Select(coefficient)]);
        var replicates = clusters
            .Draws(Math.Min(MostResamples, options.Resamples), options.Seed)
            .Select(drawn => votes.Select(own => coefficient([.. drawn.Select(i => own[i])])).ToArray())
            .Where(all => all.All(double.IsFinite))
            .Select(all => (Value: all[0], Without: Apart(all[1..])))
            .ToArray();
        if (!without.All(double.IsFinite) || replicates.Length < 2)
        {
            return null;
        }

        var overPrompts = Descriptive.Variance([.. replicates.Select(one => one.Value)]);
        var jackknife = without.Sum(apart => apart * apart) * (raters - 1) / raters;
        var noise =
            Enumerable
                .Range(0, raters)
                .Sum(rater => Descriptive.Variance([.. replicates.Select(one => one.Without[rater])]))
            * (raters - 1)
            / raters;
        var variance = overPrompts + Math.Max(0, jackknife - noise);
        if (variance <= 0)
        {
            return new Interval(value, value);
        }

        var degrees = Degrees(variance, overPrompts, jackknife, prompts, raters);
        var half = StudentT.Quantile((1 + options.Level) / 2, degrees) * Math.Sqrt(variance);
        return new Interval(value - half, Math.Min(1, value + half));
    }

    /// <summary>
    /// Satterthwaite's degrees of freedom of a sum of variances: 2 V^2 over the variance of its estimate. That of a part with f
    /// degrees is 2 s^4 / f; the square of an estimated s^2 is on average (f + 2) / f times s^4, so it is divided by f + 2.
    /// </summary>
    /// <param name="variance">V.</param>
    /// <param name="overPrompts">The part over prompts, f = prompts - 1.</param>
    /// <param name="jackknife">The part over raters before noise is taken off, f = raters - 1.</param>
    /// <param name="prompts">How many.</param>
    /// <param name="raters">How many.</param>
    internal static double Degrees(double variance, double overPrompts, double jackknife, int prompts, int raters) =>
        variance * variance / ((overPrompts * overPrompts / (prompts + 1)) + (jackknife * jackknife / (raters + 1)));

    /// <summary>How far each value lies from the mean of all.</summary>
    private static double[] Apart(double[] values)
    {
        var mean = values.Average();
        return [.. values.Select(value => value - mean)];
    }
}
