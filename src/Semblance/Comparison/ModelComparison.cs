using Semblance.Prompts;
using Semblance.Statistics;
using Semblance.Variance;
using static System.FormattableString;

namespace Semblance.Comparison;

/// <summary>Compares the scores of two or more models on the same prompts.</summary>
public static class ModelComparison
{
    /// <summary>With more models than this, all pairs would be more than a reader can take in.</summary>
    public const int MostModelsInPairs = 50;

    /// <summary>Below this many prompts Student's interval is given, since resampling so few of them says little.</summary>
    public const int FewestPromptsToResample = 10;

    /// <summary>Below this many prompts what Student's limits assume, that values are about normal, is said beside them.</summary>
    public const int FewestPromptsForStudent = 15;

    /// <summary>Above this many prompts Student's interval is given: skewness no longer moves its limits.</summary>
    public const int MostPromptsToResample = 2000;

    /// <summary>Below this many prompts normality is not tested: with three numbers, two of them equal, every test rejects it.</summary>
    public const int FewestPromptsToTestNormality = 5;

    /// <summary>From this many prompts on all four tests of normality exist.</summary>
    public const int FewestPromptsForAllTestsOfNormality = 8;

    /// <summary>Above this many prompts Shapiro and Wilk's test is left out.</summary>
    public const int MostPromptsOfShapiroWilk = ShapiroWilk.MostValues;

    /// <summary>Compares all models with one another, or all with one.</summary>
    /// <param name="matrix">Two models or more, two prompts or more.</param>
    /// <param name="options">Level, resamples, seed; defaults where null.</param>
    /// <param name="shared">Components of differences over common seeds, where the embeddings are at hand.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <exception cref="InputException">One model or prompt, or a score that is not finite.</exception>
    /// <exception cref="UsageException">
    /// More than 50 models without <see cref="ComparisonOptions.Against"/>, an unknown name there, or an option outside its range.
    /// </exception>
    public static ComparisonReport Of(
        ScoreMatrix matrix,
        ComparisonOptions? options = null,
        IReadOnlyList<SharedSeedComponents>? shared = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(matrix);
        options ??= new ComparisonOptions();
        Require(matrix, options);
        var scores = Enumerable.Range(0, matrix.Models.Count).Select(matrix.Scores).ToArray();
        var threads = new Threads(options.Threads, cancellationToken);
        var indices = Pairs(matrix, options);
        var errors = new PromptErrors(matrix);
        var differences = Array.ConvertAll(
            indices,
            pair => PairedDifferences.Of(scores[pair.First], scores[pair.Second])
        );
        var intervals = new PromptIntervals(
            [
                .. scores.Select((own, m) => (own, errors.OfMean(m, own))),
                .. differences.Select((d, i) => (d, errors.OfDifference(indices[i].First, indices[i].Second, d))),
            ],
            matrix.Clusters is { } given ? [.. given] : null,
            options,
            threads
        );
        var common = SeedVariances.ByPair(shared);
        var pairs = new PairComparison[indices.Length];
        threads.Run(
            indices.Length,
            i =>
                pairs[i] = PairAnalysis.Of(
                    matrix,
                    indices[i],
                    differences[i],
                    intervals.Of(scores.Length + i),
                    intervals.ErrorOf(scores.Length + i),
                    options,
                    SeedVariances.Of(matrix, indices[i].First, indices[i].Second, common),
                    indices.Length == 1,
                    indices.Length == 1 ? threads : threads with { Count = 1 }
                )
        );
        var ranks = scores.Length > 2 ? RankComparison.Of(matrix.Models, scores, options.Level, matrix.Clusters) : null;
        Adjust(pairs, indices, ranks);
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = pairs[i] with
            {
                Verdict = Verdicts.Of(pairs[i], matrix.Prompts.Count, options.Level, pairs.Length),
            };
        }

        ModelEntry[] models =
        [
            .. matrix.Models.Select((name, m) => Entry(matrix, name, m, scores[m], intervals, ranks?.AverageRanks[m])),
        ];
        if (models.Length > 2)
        {
            AddSimultaneous(models, pairs, indices, intervals, scores, errors, options);
        }

        var caution = ComparisonWarnings.Caution(matrix.Prompts.Count);
        var alike = matrix.Clusters is null ? LookAlikePrompts.Warning(matrix.Prompts) : null;
        return new ComparisonReport(
            matrix.Prompts.Count,
            matrix.MatchedByKey,
            matrix.LeftOut,
            models,
            pairs,
            ranks?.Several,
            options.Paper ? PaperReproduction.Of(matrix, indices) : null,
            options,
            pairs.Length == 1
                ? pairs[0].Verdict
                : SeveralVerdict.Of(ranks?.Several, models, pairs, matrix.Prompts.Count, options),
            [
                .. new[] { caution, alike }.OfType<string>(),
                .. ComparisonWarnings.Of(matrix, pairs, options, intervals.Resampled),
            ]
        )
        {
            Caution = caution,
            LookAlike = alike,
            SeedDesign = SeedDesigns.Of([.. models.Select(model => model.Error!.SeedDesign)]),
            Clusters = matrix.Clusters is { } all ? all.Max() + 1 : null,
        };
    }

    private static ModelEntry Entry(
        ScoreMatrix matrix,
        string name,
        int model,
        double[] scores,
        PromptIntervals intervals,
        double? rank
    ) =>
        new(
            name,
            intervals.Of(model),
            Descriptive.Median(scores),
            Descriptive.StandardDeviation(scores),
            SeedVariances.Of(matrix, model) is { } seeds
                ? VarianceSplit.Of(scores, seeds.Variances) with
                {
                    SeedsCommon = intervals.ErrorOf(model).SeedsCommon,
                }
                : null,
            rank
        )
        {
            Error = intervals.ErrorOf(model),
        };

    private static void AddSimultaneous(
        ModelEntry[] models,
        PairComparison[] pairs,
        (int First, int Second)[] indices,
        PromptIntervals intervals,
        double[][] scores,
        PromptErrors errors,
        ComparisonOptions options
    )
    {
        var all = SimultaneousIntervals.Of(
            models.Length,
            indices,
            [.. Enumerable.Range(0, models.Length + indices.Length).Select(intervals.ErrorOf)],
            (a, b) => Math.Pow(errors.OfDifference(a, b, PairedDifferences.Of(scores[a], scores[b])).StandardError, 2),
            options
        );
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = pairs[i] with
            {
                Simultaneous = all.OfPair(pairs[i].Difference, intervals.ErrorOf(models.Length + i)),
            };
        }

        for (var m = 0; m < models.Length; m++)
        {
            models[m] = models[m] with
            {
                Simultaneous = all.OfModel(models[m].Mean, intervals.ErrorOf(m)),
                Rank = options.Against is null
                    ? SimultaneousIntervals.RankOf(models[m].Model, models, pairs, options.Level)
                    : null,
            };
        }
    }

    /// <summary>Holm over all pairs, where a pair without any difference has p = 1, and Nemenyi's p.</summary>
    private static void Adjust(PairComparison[] pairs, (int First, int Second)[] indices, RankComparison? ranks)
    {
        if (pairs.Length == 1)
        {
            return;
        }

        var adjusted = MultipleComparisons.Holm(Array.ConvertAll(pairs, pair => pair.Wilcoxon?.Decides ?? 1));
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = pairs[i] with
            {
                AdjustedP = adjusted[i],
                NemenyiP = ranks?.Nemenyi.PValue(indices[i].First, indices[i].Second),
            };
        }
    }

    private static (int First, int Second)[] Pairs(ScoreMatrix matrix, ComparisonOptions options)
    {
        var all = Enumerable.Range(0, matrix.Models.Count);
        if (options.Against is { } name)
        {
            var one = matrix.IndexOf(name);
            return [.. all.Where(m => m != one).Select(m => (one, m))];
        }

        return [.. all.SelectMany(a => all.Skip(a + 1).Select(b => (a, b)))];
    }

    private static void Require(ScoreMatrix matrix, ComparisonOptions options)
    {
        if (matrix.Models.Count < 2)
        {
            throw new InputException(
                matrix.Models.Count == 1
                    ? $"There are scores of one model only ('{matrix.Models[0]}'); a comparison needs at least two."
                    : "There are no scores to compare."
            );
        }

        matrix.RequirePrompts("The models", "a comparison");
        if (matrix.Models.Count > MostModelsInPairs && options.Against is null)
        {
            throw new UsageException(
                $"{matrix.Models.Count} models make too many pairs to read (the most is {MostModelsInPairs} models)."
            )
            {
                Remedies = [new Remedy(RemedyKind.CompareWithOne)],
            };
        }

        UsageException.ThrowUnless(
            options.Level is > 0 and < 1,
            $"The level must lie between 0 and 1, and is {options.Level}."
        );
        UsageException.ThrowUnless(
            options.Resamples >= 100,
            $"{options.Resamples} resamples say nothing about an interval; give at least 100 (10,000 is usual)."
        );
        foreach (var row in matrix.Rows.SelectMany(own => own).Where(row => !double.IsFinite(row.Scs)))
        {
            throw new InputException(
                Invariant(
                    $"The score of model '{row.Model}' on prompt '{row.Prompt}' is {row.Scs}; score that set again or leave it out."
                )
            );
        }
    }
}
