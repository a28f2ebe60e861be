using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Planning;
using Semblance.Runs.Comparing;
using Semblance.Statistics;
using Semblance.Variance;

namespace Semblance.Reports.Content;

/// <summary>From scores and what lies beside them to the content of a report.</summary>
public static class ContentReader
{
    /// <summary>Compares the models of the input and gathers what a report shows of them.</summary>
    /// <param name="name">Of the run folder or table, as its reader knows it.</param>
    /// <param name="input">Scores of one encoder, with run folder and embeddings where there are any.</param>
    /// <param name="match">How prompts meet. What is left over is left out, and listed.</param>
    /// <param name="options">Level, resamples, seed.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">There are no scores, or the run folder is damaged.</exception>
    /// <exception cref="UsageException">An option that fits nothing.</exception>
    public static ReportContent Read(
        string name,
        CompareInput input,
        MatchOptions match,
        ComparisonOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(match);
        ArgumentNullException.ThrowIfNull(options);
        var lenient = match with { AllowUnmatched = true };
        if (IsAlone(input, match))
        {
            var alone = MatchedScores.Of(Alone(input, match), input, new Threads(options.Threads, cancellationToken));
            return Read(name, input, lenient, options, alone.Matrix, null, alone.Floor, null, cancellationToken);
        }

        var matrix = input.Match(lenient);
        return matrix.Prompts.Count < 2
            ? Read(
                name,
                input,
                lenient,
                options,
                matrix,
                null,
                null,
                "the models have one prompt in common, and a comparison needs two.",
                cancellationToken
            )
            : Of(
                name,
                input,
                lenient,
                options,
                CompareStage.Run(input, lenient, options, cancellationToken),
                cancellationToken
            );
    }

    /// <summary>The content of a comparison that was just made.</summary>
    /// <inheritdoc cref="Read(string, CompareInput, MatchOptions, ComparisonOptions, CancellationToken)"/>
    public static ReportContent Of(
        string name,
        CompareInput input,
        MatchOptions match,
        ComparisonOptions options,
        CompareResult comparison,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(match);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(comparison);
        return Read(
            name,
            input,
            match,
            options,
            comparison.Matrix,
            comparison,
            comparison.Floor,
            null,
            cancellationToken
        );
    }

    private static ReportContent Read(
        string name,
        CompareInput input,
        MatchOptions match,
        ComparisonOptions options,
        ScoreMatrix matrix,
        CompareResult? comparison,
        ConsistencyFloor? floor,
        string? notCompared,
        CancellationToken cancellationToken
    )
    {
        var sets = new RunSets(input.Run, input.Encoder);
        PromptContent[] prompts =
        [
            .. matrix.Prompts.Select(
                (prompt, i) => new PromptContent(prompt, [.. matrix.Rows.Select(own => sets.Of(own[i]))])
            ),
        ];
        floor = comparison is null ? floor ?? sets.Floor : floor;
        ModelContent[] models =
        [
            .. matrix.Models.Select((model, m) => Model(model, m, matrix, prompts, comparison, floor, options.Level)),
        ];
        var content = new ReportContent(
            name,
            input.EncoderName,
            input.Encoder,
            models,
            prompts,
            comparison,
            notCompared,
            [],
            floor,
            null,
            input.Run?.ReadManifest().Recipes ?? [],
            comparison?.Warnings ?? []
        );
        content = content with
        {
            Encoders = EncoderSides.Of(content, input, match, options, cancellationToken),
            Run = input.Run,
            Plan = PlanOf(content, input, match, cancellationToken),
        };
        return HumanVotes.Added(content, input, options.Level, new Threads(0, cancellationToken));
    }

    private static bool IsAlone(CompareInput input, MatchOptions match) =>
        match.Models.Count == 1
        || input.Scores.Select(score => score.Model).Distinct(StringComparer.Ordinal).Count() < 2;

    /// <summary>The one model that there is, or that was asked for.</summary>
    private static ScoreMatrix Alone(CompareInput input, MatchOptions match) =>
        input.Scores.Count > 0
            ? ScoreMatching.Alone(input.Scores, match.Models is [var asked] ? asked : input.Scores[0].Model)
            : throw new InputException("There are no scores to report.");

    private static ModelContent Model(
        string model,
        int place,
        ScoreMatrix matrix,
        PromptContent[] prompts,
        CompareResult? comparison,
        ConsistencyFloor? floor,
        double level
    )
    {
        var scores = matrix.Scores(place);
        var entry = comparison?.Report.Models[place];
        var error = entry is null
            ? ModelSummary.Of(model, scores, deviations: [.. matrix.Rows[place].Select(row => row.Deviations)]).Error
            : entry.Error;
        var mean = entry?.Mean ?? MeanOf(scores, error, level);
        double?[] alignments = [.. prompts.Select(prompt => prompt.Sets[place].Stored?.Alignment)];
        return new ModelContent(
            model,
            mean,
            Descriptive.Median(scores),
            scores.Length > 1 ? Descriptive.StandardDeviation(scores) : null,
            floor?.Calibrate(mean.Value),
            alignments.All(one => one is not null) ? alignments.Average() : null
        )
        {
            Error = error,
            Floor = floor?.OfEach.GetValueOrDefault(model),
        };
    }

    private static Estimate MeanOf(double[] scores, MeanError? error, double level)
    {
        var mean = Descriptive.Mean(scores);
        var (low, high) = error?.Interval(mean, level) ?? new Interval(double.NaN, double.NaN);
        return new Estimate(mean, low, high, level, error is null ? "none" : "Student");
    }

    private static PlanReport? PlanOf(
        ReportContent content,
        CompareInput input,
        MatchOptions match,
        CancellationToken cancellationToken
    )
    {
        if (input.Encoder is null || content.Prompts.Count < 2)
        {
            return null;
        }

        try
        {
            var subject = content.LeadingPair is { } pair
                ? new PlanSubject(null, pair.First, pair.Second)
                : new PlanSubject(content.Models[0].Name, null, null);
            var variance = PlanStage.Run(input, match, subject, new Threads(0, cancellationToken));
            return StudyPlanner.Plan(variance);
        }
        catch (SemblanceException)
        {
            // Fewer than four images of a prompt, or no embeddings: there is nothing to plan from, which the page says.
            return null;
        }
    }
}
