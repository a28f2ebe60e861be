using Semblance.Statistics;
using Semblance.Statistics.Distributions;
using Semblance.Variance;
using static System.FormattableString;

namespace Semblance.Comparison;

/// <summary>
/// Intervals of means over prompts, and of their differences. Prompts, or clusters of them, are the unit and are resampled
/// whole, the same draws for all models; the variance within prompts is already in the spread over them and is not added
/// again. What prompts have in common through their seeds is in the error (<see cref="MeanError"/>).
/// </summary>
internal sealed class PromptIntervals
{
    /// <summary>The name of the method that resamples nothing.</summary>
    public const string Student = "Student";

    /// <summary>What an interval without a width is called.</summary>
    public const string DoesNotVary = "no variation over prompts";

    private readonly (double[] Values, MeanError Error)[] _columns;
    private readonly StudentisedBootstrap[] _limits;
    private readonly int[]? _clusters;
    private readonly ComparisonOptions _options;

    /// <summary>Resamples the prompts, for all columns alike.</summary>
    /// <param name="columns">Scores of a model or differences of a pair, [n], with their errors.</param>
    /// <param name="clusters">Of each prompt; null where every prompt is its own.</param>
    /// <param name="options">Level, resamples and seed.</param>
    /// <param name="threads">For the resampling.</param>
    public PromptIntervals(
        (double[] Values, MeanError Error)[] columns,
        int[]? clusters,
        ComparisonOptions options,
        Threads threads
    )
    {
        (_columns, _clusters, _options) = (columns, clusters, options);
        var units = Units(columns[0].Values.Length, columns[0].Error);
        Resampled = units >= ModelComparison.FewestPromptsToResample && units <= ModelComparison.MostPromptsToResample;
        _limits = Resampled
            ? StudentisedBootstrap.Of(
                [.. columns.Select(column => column.Values)],
                clusters,
                [.. columns.Select(column => column.Error.PromptDegrees)],
                options.Level,
                options.Resamples,
                options.Seed,
                threads
            )
            : [.. columns.Select(_ => StudentisedBootstrap.Student)];
    }

    /// <summary>Whether there are neither too few nor so many prompts (or clusters) that Student's limits are given.</summary>
    public bool Resampled { get; }

    /// <summary>The error of one column's mean.</summary>
    public MeanError ErrorOf(int column) => _columns[column].Error;

    /// <summary>The interval of one column's mean.</summary>
    public Estimate Of(int column)
    {
        var (values, error) = _columns[column];
        if (!PairedDifferences.Vary(values))
        {
            return Constant(values[0], Units(values.Length, error));
        }

        var mean = PairedDifferences.OrZero(Descriptive.Mean(values));
        var distance = error.StandardError * StudentT.Quantile((1 + _options.Level) / 2, error.DegreesOfFreedom);

        // Skewness is that of the prompts: what seeds add widens both sides alike.
        var part = error.PromptPart / (error.StandardError * error.StandardError);
        var limits = _limits[column];
        return new Estimate(
            mean,
            PairedDifferences.OrZero(mean - (distance * (1 + (part * (limits.Below - 1))))),
            PairedDifferences.OrZero(mean + (distance * (1 + (part * (limits.Above - 1))))),
            _options.Level,
            Method(error)
        );
    }

    /// <summary>
    /// How many resamples lie beyond each limit. With fewer than a handful, a limit is the place of one or two resamples, or
    /// of the last one, and hardly depends on the level.
    /// </summary>
    internal static double BeyondLimit(double level, int resamples) => resamples * (1 - level) / 2;

    /// <summary>How many prompts, or clusters of them, are drawn.</summary>
    internal static int Units(int prompts, MeanError error) => error.Clusters ?? prompts;

    private string Method(MeanError error)
    {
        var units = _clusters is null ? "prompts" : "clusters of prompts";
        var method =
            Resampled ? Invariant($"studentised bootstrap over {units}, {_options.Resamples} resamples")
            : _clusters is null ? Student
            : "cluster-robust Student (CR2)";
        return error.SeedsWiden ? $"{method}, widened for seeds in common" : method;
    }

    /// <summary>
    /// Equal values have no spread to make an interval from, and one without width would claim certainty. Its level is that
    /// of the signed-rank interval, which has no width either, for n differences of one sign: 1 - 2^(1 - n).
    /// </summary>
    private Estimate Constant(double value, int units)
    {
        var level = Math.Min(_options.Level, 1 - (2 * WilcoxonSignedRank.LeastP(units)));
        var few = level < _options.Level ? $", by signs only {Verdicts.Percent(level)} with so few" : "";
        return new Estimate(value, value, value, level, $"{DoesNotVary}{few}");
    }
}
