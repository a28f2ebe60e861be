using Semblance.Comparison;
using Semblance.Planning;

namespace Semblance.Runs.Comparing;

/// <summary>What a pilot run is to plan for: the mean score of one model, or the mean difference of two.</summary>
/// <param name="Model">For one model; else null.</param>
/// <param name="Baseline">For a difference, with <paramref name="Candidate"/>; else null.</param>
/// <param name="Candidate">For a difference; else null.</param>
public sealed record PlanSubject(string? Model, string? Baseline, string? Candidate)
{
    /// <summary>1 for a mean score, 2 for a difference.</summary>
    /// <exception cref="UsageException">A baseline without a candidate, a candidate without a baseline, or a model beside them.</exception>
    public int Models =>
        (Model, Baseline, Candidate) switch
        {
            (_, null, null) => 1,
            (null, not null, not null) => 2,
            (null, _, _) => throw Misnamed(
                "A baseline and a candidate go together; name one model to plan for it alone."
            ),
            _ => throw Misnamed("A plan is for one model, or for a baseline and a candidate: name the one or the two."),
        };

    private static UsageException Misnamed(string message) =>
        new(message) { Remedies = [new Remedy(RemedyKind.PlanSubject)] };
}

/// <summary>From a pilot run to the components of variance that a plan rests on.</summary>
public static class PlanStage
{
    /// <summary>The components, from the embeddings of a pilot run.</summary>
    /// <param name="input">Scores with embeddings.</param>
    /// <param name="match">How prompts meet; its models are not looked at.</param>
    /// <param name="subject">What to plan for; with nothing named, the only model, or the difference of the only two.</param>
    /// <param name="threads">0 for all cores; also when to end.</param>
    /// <exception cref="InputException">One prompt, or no components of variance.</exception>
    /// <exception cref="UsageException">An unknown name, or more than two models and none named.</exception>
    public static StudyVariance Run(
        CompareInput input,
        MatchOptions match,
        PlanSubject subject,
        Threads threads = default
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(match);
        ArgumentNullException.ThrowIfNull(subject);
        if (input.Encoder is null)
        {
            throw new InputException(
                "A table of scores does not say how much seeds add to their variance; give a run folder, images or embeddings, or state the components of variance."
            )
            {
                Remedies = [new Remedy(RemedyKind.StateVariance)],
            };
        }

        string[] models = [.. input.Scores.Select(score => score.Model).Distinct(StringComparer.Ordinal)];
        subject = subject switch
        {
            { Model: null, Baseline: null, Candidate: null } => models switch
            {
                [string only] => new PlanSubject(only, null, null),
                [string first, string second] => new PlanSubject(null, first, second),
                _ => throw new UsageException(
                    $"There are {models.Length} models; name one, or a baseline and a candidate: {string.Join(", ", models)}."
                )
                {
                    Remedies = [new Remedy(RemedyKind.PlanSubject)],
                },
            },
            _ => subject,
        };
        if (subject.Models == 1)
        {
            var model = subject.Model!;
            var alone = ScoreMatching.Alone(input.Scores, model, match.Clusters);
            return PilotStudy.Of(MatchedScores.Of(alone, input, threads).Matrix, model);
        }

        var (baseline, candidate) = (subject.Baseline!, subject.Candidate!);
        var matrix = input.Match(match with { Models = [baseline, candidate] });
        var scores = MatchedScores.Of(matrix, input, threads);
        return PilotStudy.Of(scores.Matrix, baseline, candidate, scores.Shared);
    }
}
