using System.Globalization;
using Semblance.Statistics;

namespace Semblance.Comparison;

/// <summary>From the scores of two or more models on the same prompts to a verdict.</summary>
public static class ModelComparison
{
    /// <summary>With more models than this, all pairs would be more than a reader can take in.</summary>
    public const int MostModelsInPairs = 50;

    /// <summary>Below this many prompts resampling them says little, and Student's interval is given instead.</summary>
    public const int FewestPromptsToResample = 15;

    /// <summary>Compares all models with one another, or all with one.</summary>
    /// <param name="matrix">Two models or more, two prompts or more.</param>
    /// <param name="options">Level, resamples, seed; defaults where null.</param>
    /// <param name="shared">Components of differences over common seeds, where the embeddings are at hand.</param>
    /// <exception cref="InputException">One model or prompt, or a score that is not finite.</exception>
    /// <exception cref="UsageException">More than 50 models without <see cref="ComparisonOptions.Against"/>, or an unknown name there.</exception>
    public static ComparisonReport Of(
        ScoreMatrix matrix,
        ComparisonOptions? options = null,
        IReadOnlyList<SharedSeedComponents>? shared = null
    )
    {
        ArgumentNullException.ThrowIfNull(matrix);
        options ??= new ComparisonOptions();
        Require(matrix, options);
        var n = matrix.Prompts.Count;
        var models = matrix
            .Models.Select(
                (name, m) =>
                {
                    var scores = matrix.Scores(m);
                    return new ModelEntry(
                        name,
                        Student(scores, options.Level),
                        Descriptive.Median(scores),
                        Descriptive.StandardDeviation(scores),
                        null,
                        null
                    );
                }
            )
            .ToArray();
        var pairs = Pairs(matrix, options).Select(pair => Pair(matrix, pair.First, pair.Second, options)).ToArray();
        return new ComparisonReport(
            n,
            matrix.MatchedByKey,
            matrix.LeftOut,
            models,
            pairs,
            null,
            null,
            options,
            string.Join(' ', pairs.Take(1).Select(pair => pair.Verdict)),
            []
        );
    }

    private static void Require(ScoreMatrix matrix, ComparisonOptions options)
    {
        if (matrix.Models.Count < 2)
        {
            throw new InputException(
                $"There are scores of {matrix.Models.Count} model(s) ({string.Join(", ", matrix.Models)}); a comparison needs at least two."
            );
        }

        if (matrix.Prompts.Count < 2)
        {
            throw new InputException(
                $"The models have {matrix.Prompts.Count} prompt(s) in common; a comparison needs at least two, since prompts are its unit."
            );
        }

        if (matrix.Models.Count > MostModelsInPairs && options.Against is null)
        {
            throw new UsageException(
                $"{matrix.Models.Count} models make too many pairs to read (the most is {MostModelsInPairs} models); give --against NAME to compare all others with one."
            );
        }

        foreach (var row in matrix.Rows.SelectMany(own => own).Where(row => !double.IsFinite(row.Scs)))
        {
            throw new InputException(
                FormattableString.Invariant(
                    $"The score of model '{row.Model}' on prompt '{row.Prompt}' is {row.Scs}; score that set again or leave it out."
                )
            );
        }
    }

    private static IEnumerable<(int First, int Second)> Pairs(ScoreMatrix matrix, ComparisonOptions options)
    {
        if (options.Against is { } name)
        {
            var one = matrix.IndexOf(name);
            return Enumerable.Range(0, matrix.Models.Count).Where(m => m != one).Select(m => (one, m));
        }

        return Enumerable
            .Range(0, matrix.Models.Count)
            .SelectMany(a => Enumerable.Range(a + 1, matrix.Models.Count - a - 1).Select(b => (a, b)));
    }

    private static PairComparison Pair(ScoreMatrix matrix, int first, int second, ComparisonOptions options)
    {
        var (x, y) = (matrix.Scores(first), matrix.Scores(second));
        var d = x.Zip(y, (a, b) => b - a).ToArray();
        var difference = Student(d, options.Level);
        return new PairComparison(
            matrix.Models[first],
            matrix.Models[second],
            difference,
            difference,
            null,
            null,
            null,
            [],
            [],
            d.Count(v => v > 0),
            d.Count(v => v < 0),
            d.Count(v => v == 0),
            [
                .. Enumerable
                    .Range(0, d.Length)
                    .Where(i => d[i] * difference.Value < 0)
                    .OrderByDescending(i => Math.Abs(d[i]))
                    .Select(i => new PromptDifference(matrix.Prompts[i], x[i], y[i], d[i])),
            ],
            null,
            null,
            null,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{matrix.Models[second]} scores {difference.Value:F2} points above {matrix.Models[first]} on average."
            )
        );
    }

    private static Estimate Student(double[] values, double level)
    {
        var (low, high) = MeanInterval.Student(values, level);
        return new Estimate(values.Average(), low, high, level, "Student");
    }
}
