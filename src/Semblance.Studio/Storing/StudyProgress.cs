using Semblance.Agreement;
using Semblance.Statistics;
using Semblance.Studio.Design;

namespace Semblance.Studio.Storing;

/// <summary>How far a study is.</summary>
/// <param name="Raters">Each with what is answered.</param>
/// <param name="Prompts">How many answers on the models each prompt has, of raters who are kept.</param>
/// <param name="Wanted">How many each is to have: by the rule that was fixed with the study, no more and no fewer.</param>
/// <param name="Answered">Final answers.</param>
/// <param name="Planned">Pages of the raters that were planned.</param>
/// <param name="Choices">Votes on the models by what was chosen: each model, and the tie.</param>
/// <param name="Agreement">How far raters agree, by the name of the figure; null where it does not exist yet.</param>
internal sealed record StudyProgress(
    IReadOnlyList<RaterProgress> Raters,
    IReadOnlyList<(string Prompt, int Votes)> Prompts,
    int Wanted,
    int Answered,
    int Planned,
    IReadOnlyList<(string Choice, int Votes)> Choices,
    IReadOnlyList<(string Name, double? Value)> Agreement
)
{
    /// <summary>Answers that are still missing by the rule.</summary>
    public int Missing => Prompts.Sum(prompt => Math.Max(0, Wanted - prompt.Votes));

    /// <summary>Counts the votes of a study.</summary>
    /// <param name="study">The study.</param>
    /// <param name="votes">Every answer, the final one of a page last.</param>
    /// <param name="states">What is known of the raters.</param>
    /// <param name="pages">Each rater with the number of pages.</param>
    public static StudyProgress Of(
        StudyDefinition study,
        IReadOnlyList<StoredVote> votes,
        IReadOnlyList<RaterState> states,
        IReadOnlyList<(int Rater, int Pages)> pages
    )
    {
        var final = VotesCsv.Final(votes);
        Vote[] all = [.. final.Select(one => VotesCsv.ToVote(one.Vote, one.Revisions))];
        var table = VoteTable.Of(all, study.Models);
        var summaries = RaterSummary
            .All(all, table, study.Exclusions)
            .ToDictionary(own => own.Rater, StringComparer.Ordinal);
        Vote[] own = [.. all.Where(vote => vote.Check == CheckKind.None)];
        return new StudyProgress(
            [
                .. pages.Select(one => new RaterProgress(
                    one.Rater,
                    final.Count(vote => vote.Vote.Rater == one.Rater),
                    one.Pages,
                    states.FirstOrDefault(state => state.Rater == one.Rater),
                    summaries.GetValueOrDefault(StudyWords.Rater(one.Rater))
                )),
            ],
            [
                .. study.Prompts.Select(prompt =>
                    (
                        prompt.Prompt,
                        own.Count(vote => vote.Prompt == prompt.Prompt && summaries[vote.Rater].LeftOut is null)
                    )
                ),
            ],
            study.Raters * (study.Pairs == PairScheme.Balanced ? 1 : study.ModelPairs().Count),
            final.Count,
            pages.Sum(one => one.Pages),
            [
                .. study.Models.Select(model => (model, own.Count(vote => Chosen(vote) == model))),
                ("about the same", own.Count(vote => vote.Answer == Answer.Same)),
                ("cannot judge", own.Count(vote => vote.Answer == Answer.CannotJudge)),
            ],
            table.Votes == 0 ? [] : Figures(table)
        );
    }

    private static string? Chosen(Vote vote) =>
        vote.Answer switch
        {
            Answer.Left => vote.Left,
            Answer.Right => vote.Right,
            _ => null,
        };

    private static (string, double?)[] Figures(VoteTable table)
    {
        int[][] counts =
        [
            .. table.Choices.Select(row =>
                Enum.GetValues<Choice>().Select(choice => row.Count(vote => vote == choice)).ToArray()
            ),
        ];
        return
        [
            ("raw pairwise agreement", Try(() => AgreementCoefficient.Raw(counts).Value)),
            ("Krippendorff's alpha, nominal", Try(() => AgreementCoefficient.Krippendorff(counts).Value)),
            ("Gwet's AC1", Try(() => AgreementCoefficient.Gwet(counts).Value)),
        ];
    }

    /// <summary>A figure that may not exist yet: it needs two raters on a prompt, and more than one answer.</summary>
    private static double? Try(Func<double> figure)
    {
        try
        {
            return figure() is var value && double.IsFinite(value) ? value : null;
        }
        catch (AssumptionException)
        {
            return null;
        }
    }
}

/// <summary>How far a rater is.</summary>
/// <param name="Rater">Number, from 0.</param>
/// <param name="Answered">Pages with an answer.</param>
/// <param name="Pages">Pages in all.</param>
/// <param name="State">Null before the link was opened.</param>
/// <param name="Summary">Null before the first vote.</param>
internal sealed record RaterProgress(int Rater, int Answered, int Pages, RaterState? State, RaterSummary? Summary);
