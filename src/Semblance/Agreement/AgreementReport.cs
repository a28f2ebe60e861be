using Semblance.Comparison;
using Semblance.Wording;

namespace Semblance.Agreement;

/// <summary>Scores of one encoder, or of a baseline.</summary>
/// <param name="Name">Of the encoder; null if unknown.</param>
/// <param name="Scores">Any number of models and prompts.</param>
/// <param name="IsBaseline">Whether it is only there to be compared with, such as a similarity of colour histograms.</param>
public sealed record VotedScores(string? Name, IReadOnlyList<PromptScore> Scores, bool IsBaseline = false);

/// <summary>A vote that is not used.</summary>
/// <param name="Rater">Who gave it.</param>
/// <param name="Prompt">On what.</param>
/// <param name="Reason">Why it is not used.</param>
public sealed record LeftOutVote(string Rater, string Prompt, string Reason);

/// <summary>What the votes of people say about a score.</summary>
/// <param name="Verdict">One sentence or two.</param>
/// <param name="Study">What a paper should state.</param>
/// <param name="Figures">Of the raters who are kept.</param>
/// <param name="Everyone">Of all raters; null where nobody is left out.</param>
/// <param name="Raters">Every rater, with who is left out and why.</param>
/// <param name="LeftOut">Votes that are not used.</param>
/// <param name="Warnings">What a reader must know.</param>
public sealed record AgreementReport(
    string Verdict,
    StudyFacts Study,
    AgreementFigures Figures,
    AgreementFigures? Everyone,
    IReadOnlyList<RaterSummary> Raters,
    IReadOnlyList<LeftOutVote> LeftOut,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>Holds the votes of people against the scores.</summary>
    /// <param name="votes">Prompts and models as the scores have them.</param>
    /// <param name="scores">At least one that is not a baseline.</param>
    /// <param name="options">Level, resamples, seed, exclusions.</param>
    /// <exception cref="InputException">No vote can be used.</exception>
    public static AgreementReport Of(
        IReadOnlyList<Vote> votes,
        IReadOnlyList<VotedScores> scores,
        AgreementOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(votes);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(options);
        if (votes.Count == 0)
        {
            throw new InputException("There are no votes.");
        }

        string[] models = [.. scores.SelectMany(one => one.Scores).Select(row => row.Model).Distinct()];
        var lookups = scores
            .Select(one => one.Scores.ToDictionary(row => (row.Model, row.Prompt), row => row.Scs))
            .ToArray();
        var (usable, leftOut) = Usable(votes, lookups);
        var raters = RaterSummary.All(usable, VoteTable.Of(usable, models), options.Exclusions);
        HashSet<string> kept = [.. raters.Where(rater => rater.LeftOut is null).Select(rater => rater.Rater)];
        Vote[] keptVotes = [.. usable.Where(vote => kept.Contains(vote.Rater))];
        if (!keptVotes.Any(Counts))
        {
            throw new InputException(Nothing(usable, leftOut, raters));
        }

        var figures = FiguresOf(keptVotes, scores, lookups, models, options);
        var report = new AgreementReport(
            "",
            StudyFacts.Of(usable, raters, models),
            figures,
            kept.Count < raters.Count ? FiguresOf(usable, scores, lookups, models, options) : null,
            raters,
            leftOut,
            []
        );
        return report with
        {
            Warnings = [.. AgreementWarnings.Of(report)],
            Verdict = AgreementVerdict.Of(figures, options),
        };
    }

    private static bool Counts(Vote vote) => vote.Check == CheckKind.None && vote.Answer != Answer.CannotJudge;

    private static (IReadOnlyList<Vote> Usable, IReadOnlyList<LeftOutVote> LeftOut) Usable(
        IReadOnlyList<Vote> votes,
        Dictionary<(string, string), double>[] lookups
    )
    {
        List<Vote> usable = [];
        List<LeftOutVote> leftOut = [];
        foreach (var vote in votes)
        {
            // Checks may show what is not scored.
            var missing =
                vote.Check != CheckKind.None
                    ? []
                    : new[] { vote.Left, vote.Right }
                        .Where(model => Array.Exists(lookups, own => !own.ContainsKey((model, vote.Prompt))))
                        .ToArray();
            if (missing.Length > 0)
            {
                leftOut.Add(
                    new LeftOutVote(vote.Rater, vote.Prompt, $"no score of {Listing.Joined(missing)} for this prompt")
                );
            }
            else
            {
                usable.Add(vote);
            }
        }

        return (usable, leftOut);
    }

    private static AgreementFigures FiguresOf(
        IReadOnlyList<Vote> votes,
        IReadOnlyList<VotedScores> scores,
        Dictionary<(string, string), double>[] lookups,
        string[] models,
        AgreementOptions options
    )
    {
        var table = VoteTable.Of(votes, models);
        ItemScores[] all =
        [
            .. scores.Select(
                (one, s) =>
                    new ItemScores(
                        one.Name,
                        [
                            .. table.Items.Select(item =>
                                lookups[s][(item.Second, item.Prompt)] - lookups[s][(item.First, item.Prompt)]
                            ),
                        ]
                    )
            ),
        ];
        var people = PeopleAgreement.Of(table, votes, models, options);
        return new AgreementFigures(
            people,
            [
                .. Enumerable
                    .Range(0, all.Length)
                    .Where(s => !scores[s].IsBaseline)
                    .Select(s =>
                        EncoderAgreement.Of(
                            table,
                            all[s],
                            [.. all.Where((_, other) => other != s)],
                            people.Ceiling,
                            options
                        )
                    ),
            ]
        );
    }

    private static string Nothing(
        IReadOnlyList<Vote> usable,
        IReadOnlyList<LeftOutVote> leftOut,
        IReadOnlyList<RaterSummary> raters
    ) =>
        usable.Any(Counts)
            ? $"All {Plural.Of(raters.Count, "rater")} would be left out ({raters[0].Rater} {raters[0].LeftOut}); loosen the rules of exclusion, or gather other votes."
        : leftOut.Count > 0
            ? $"No vote is on a prompt that has scores of both models; the first is on {QuotedPrompt.Of(leftOut[0].Prompt)} ({leftOut[0].Reason})."
        : "No vote is on the study's own pages: all are checks, training, repeats or \"cannot judge\".";
}
