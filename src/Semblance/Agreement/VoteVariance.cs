using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Agreement;

/// <summary>
/// What the variance of a share of votes consists of, prompts crossed with raters: var = prompts / n + raters / r + rest /
/// votes. Estimates are unbiased for complete tables, and may be below 0.
/// </summary>
/// <param name="Prompts">Between prompts.</param>
/// <param name="Raters">Between raters.</param>
/// <param name="Rest">Between the votes of one rater on one prompt, and what depends on both.</param>
/// <param name="PromptCount">n.</param>
/// <param name="RaterCount">r.</param>
/// <param name="Votes">How many there are.</param>
public sealed record VoteVariance(
    double Prompts,
    double Raters,
    double Rest,
    int PromptCount,
    int RaterCount,
    double Votes
)
{
    /// <summary>Half the width of a normal 95% interval with other numbers of prompts and raters, each rater voting on all.</summary>
    /// <param name="prompts">At least 1.</param>
    /// <param name="raters">At least 1.</param>
    public double HalfWidth(int prompts, int raters) =>
        Normal.Quantile(0.975)
        * Math.Sqrt(
            (Math.Max(0, Prompts) / prompts)
                + (Math.Max(0, Raters) / raters)
                + (Math.Max(0, Rest) / ((double)prompts * raters))
        );

    /// <summary>Student's interval of the share, with Satterthwaite's degrees of freedom, within 0 to 1.</summary>
    /// <param name="share">Of the same votes.</param>
    /// <param name="level">Between 0 and 1.</param>
    internal Interval Interval(double share, double level)
    {
        double[] parts =
        [
            Math.Max(0, Prompts) / PromptCount,
            Math.Max(0, Raters) / RaterCount,
            Math.Max(0, Rest) / Votes,
        ];
        double[] degrees = [PromptCount - 1, RaterCount - 1, Math.Max(1, Votes - PromptCount - RaterCount + 1)];
        var variance = parts.Sum();
        if (variance <= 0)
        {
            return new Interval(share, share);
        }

        var effective = variance * variance / parts.Zip(degrees, (part, own) => part * part / own).Sum();
        var half = StudentT.Quantile((1 + level) / 2, effective) * Math.Sqrt(variance);
        return new Interval(Math.Max(0, share - half), Math.Min(1, share + half));
    }

    /// <summary>From right votes and all votes, [prompt, rater]; null below two prompts or raters, or with too many gaps.</summary>
    internal static VoteVariance? Of(double[,] right, double[,] count)
    {
        int[] prompts = [.. Enumerable.Range(0, right.GetLength(0)).Where(i => Votes(i) > 0)];
        int[] raters = [.. Enumerable.Range(0, right.GetLength(1)).Where(r => prompts.Any(i => count[i, r] > 0))];
        var (n, k) = (prompts.Length, raters.Length);
        var votes = count.Cast<double>().Sum();
        if (n < 2 || k < 2 || votes <= n + k - 1)
        {
            return null;
        }

        // Henderson's method of sums of squares, which for a complete table is the analysis of variance.
        double Square(double sum, double size) => size > 0 ? sum * sum / size : 0;
        var all = right.Cast<double>().Sum();
        var byPrompt = prompts.Sum(i => Square(raters.Sum(r => right[i, r]), Votes(i)));
        var byRater = raters.Sum(r => Square(prompts.Sum(i => right[i, r]), prompts.Sum(i => count[i, r])));
        var correction = Square(all, votes);

        // Expected values of T0 (sum of squares of votes), Ta, Tb and Tmu in terms of the three components.
        var squaredPrompts = prompts.Sum(i => Votes(i) * Votes(i)) / votes;
        var squaredRaters = raters.Sum(r => Math.Pow(prompts.Sum(i => count[i, r]), 2)) / votes;
        var ratersInPrompts = prompts.Sum(i => raters.Sum(r => count[i, r] * count[i, r]) / Votes(i));
        var promptsInRaters = raters.Sum(r =>
            prompts.Sum(i => count[i, r] * count[i, r]) / prompts.Sum(i => count[i, r])
        );
        double[,] system =
        {
            { votes - squaredPrompts, ratersInPrompts - squaredRaters, n - 1 },
            { promptsInRaters - squaredPrompts, votes - squaredRaters, k - 1 },
            { votes - squaredPrompts, votes - squaredRaters, votes - 1 },
        };
        double[] sums = [byPrompt - correction, byRater - correction, all - correction];
        return Solve(system, sums) is [var a, var b, var e] ? new VoteVariance(a, b, e, n, k, votes) : null;

        double Votes(int prompt) => Enumerable.Range(0, count.GetLength(1)).Sum(r => count[prompt, r]);
    }

    /// <summary>Three equations by Cramer's rule; null where they do not determine the components.</summary>
    private static double[]? Solve(double[,] m, double[] right)
    {
        var whole = Determinant(m);
        if (Math.Abs(whole) < 1e-9)
        {
            return null;
        }

        return
        [
            .. Enumerable
                .Range(0, 3)
                .Select(column =>
                {
                    var own = (double[,])m.Clone();
                    for (var row = 0; row < 3; row++)
                    {
                        own[row, column] = right[row];
                    }

                    return Determinant(own) / whole;
                }),
        ];
    }

    private static double Determinant(double[,] m) =>
        (m[0, 0] * ((m[1, 1] * m[2, 2]) - (m[1, 2] * m[2, 1])))
        - (m[0, 1] * ((m[1, 0] * m[2, 2]) - (m[1, 2] * m[2, 0])))
        + (m[0, 2] * ((m[1, 0] * m[2, 1]) - (m[1, 1] * m[2, 0])));
}
