using Semblance.Statistics;
using Semblance.Statistics.Distributions;

namespace Semblance.Agreement;

/// <summary>The psychometric curve of a score, with what its prompts leave open.</summary>
/// <param name="Curve">Fitted to the votes for a model.</param>
/// <param name="DifferenceSeen75">The difference that 75% of raters see, in points, whichever model it favours; null where none is.</param>
/// <param name="Seen75Low">Its lower limit, from prompts drawn again; null where there is none.</param>
/// <param name="Seen75High">Its upper limit; null where there is none, since some resamples show no slope.</param>
/// <param name="DifferenceAt75">
/// The difference at which 75% of the votes are for the second model, the raters' liking for a model included; null where none is.
/// </param>
/// <param name="LargestDifference">The largest that was voted on: beyond it the curve is a guess.</param>
/// <param name="Votes">Votes for a model.</param>
/// <param name="AnswerSlope">Logits per point of the ordered logit of all three answers; null where nobody said "same".</param>
/// <param name="AnswerCuts">Its cuts: below the first lies the first model, above the second the second.</param>
/// <param name="Points">What the curve is fitted to: votes for a model on each prompt and pair of models, by difference.</param>
public sealed record CurveFigures(
    PsychometricCurve Curve,
    double? DifferenceSeen75,
    double? Seen75Low,
    double? Seen75High,
    double? DifferenceAt75,
    double LargestDifference,
    int Votes,
    double? AnswerSlope,
    IReadOnlyList<double>? AnswerCuts,
    IReadOnlyList<CurvePoint> Points
)
{
    // A fit takes far longer than a sum.
    private const int MostFits = 500;

    /// <summary>The figures of votes and differences of scores.</summary>
    /// <exception cref="AssumptionException">As of <see cref="PsychometricCurve.Fit"/>.</exception>
    internal static CurveFigures Of(VoteTable table, IReadOnlyList<double> differences, AgreementOptions options)
    {
        var counts = table.Counts();
        CurvePoint[] points = [.. counts.Select((own, i) => new CurvePoint(differences[i], own[2], own[0] + own[2]))];
        var curve = PsychometricCurve.Fit(points, lapses: true);
        var clusters = PromptClusters.Of(table.Items);
        var replicates = clusters.Replicates(
            items => Seen75([.. items.Select(i => points[i])]),
            Math.Min(options.Resamples, MostFits),
            options.Seed
        );

        // No slope is a difference without end: the upper limit is then open.
        double[] sorted =
        [
            .. replicates.Select(value => double.IsNaN(value) ? double.PositiveInfinity : value).Order(),
        ];
        double? Limit(double quantile) =>
            sorted[(int)Math.Round(quantile * (sorted.Length - 1))] is var value && double.IsFinite(value)
                ? value
                : null;
        var ordered = Ordered(counts, differences);
        var seen = curve.DifferenceSeen();
        var limits = Around(
            seen,
            Limit((1 - options.Level) / 2),
            Limit((1 + options.Level) / 2),
            options.Level,
            clusters.Count
        );
        return new CurveFigures(
            curve,
            seen,
            limits.Low,
            limits.High,
            curve.DifferenceAt(),
            points.Where(point => point.Votes > 0).Max(point => Math.Abs(point.Difference)),
            (int)points.Sum(point => point.Votes),
            ordered?.Slopes[0],
            ordered?.Cuts,
            [.. points.Where(point => point.Votes > 0).OrderBy(point => point.Difference)]
        );
    }

    /// <summary>
    /// Student's limits about the logarithm of a difference, whose standard error is half the resamples' spread over the normal
    /// quantile. A slope fitted to few votes is too steep, and of a resample steeper still: the resamples' own quantiles are too low.
    /// </summary>
    /// <returns>The quantiles themselves where the spread has no end.</returns>
    internal static (double? Low, double? High) Around(
        double? seen,
        double? low,
        double? high,
        double level,
        int prompts
    )
    {
        if (prompts < 2 || (seen, low, high) is not ({ } difference, > 0 and { } lower, { } upper))
        {
            return (low, high);
        }

        var probability = (1 + level) / 2;
        var half =
            Math.Log(upper / lower) / 2 * StudentT.Quantile(probability, prompts - 1) / Normal.Quantile(probability);
        return (difference * Math.Exp(-half), difference * Math.Exp(half));
    }

    private static double Seen75(CurvePoint[] points)
    {
        try
        {
            return PsychometricCurve.Fit(points, lapses: true).DifferenceSeen() ?? double.NaN;
        }
        catch (AssumptionException fault)
        {
            // Votes that a difference parts without exception have the steepest curve there is.
            return fault.Violated == Assumption.NoMaximum ? 0 : double.NaN;
        }
    }

    private static OrderedLogit? Ordered(int[][] counts, IReadOnlyList<double> differences)
    {
        try
        {
            return OrderedLogit.Fit(
                [
                    .. counts.SelectMany(
                        (own, i) =>
                            own.Select((count, category) => new OrderedAnswer(category, [differences[i]], count))
                    ),
                ],
                3
            );
        }
        catch (AssumptionException)
        {
            return null;
        }
    }
}
