using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>What a paper should state of a study with people, as far as the votes say it.</summary>
/// <param name="Models">Models that were shown.</param>
/// <param name="Prompts">Prompts with votes that count.</param>
/// <param name="RatersRecruited">Everyone who voted.</param>
/// <param name="RatersKept">Whose votes count.</param>
/// <param name="Votes">On the study's own pages, of those who are kept.</param>
/// <param name="CannotJudge">Pages that those who are kept could not judge.</param>
/// <param name="TieRate">Share of "about the same".</param>
/// <param name="LeftShare">Share of votes for the left among votes for a side; null where sides are not known.</param>
/// <param name="ChecksPassed">Share of checks that were passed, over everyone; null without checks.</param>
/// <param name="MedianSeconds">View time of a page; null where not recorded.</param>
/// <param name="MedianMinutes">View time of a rater in all; null where not recorded.</param>
/// <param name="FirstVote">When the first vote was given; null where not recorded.</param>
/// <param name="LastVote">When the last vote was given.</param>
/// <param name="QuestionHashes">Hashes of the questions that were asked; several mean that it was changed.</param>
public sealed record StudyFacts(
    IReadOnlyList<string> Models,
    int Prompts,
    int RatersRecruited,
    int RatersKept,
    int Votes,
    int CannotJudge,
    double TieRate,
    double? LeftShare,
    double? ChecksPassed,
    double? MedianSeconds,
    double? MedianMinutes,
    DateTimeOffset? FirstVote,
    DateTimeOffset? LastVote,
    IReadOnlyList<string> QuestionHashes
)
{
    internal static StudyFacts Of(
        IReadOnlyList<Vote> votes,
        IReadOnlyList<RaterSummary> raters,
        IReadOnlyList<string> models
    )
    {
        HashSet<string> kept = [.. raters.Where(rater => rater.LeftOut is null).Select(rater => rater.Rater)];
        Vote[] own = [.. votes.Where(vote => vote.Check == CheckKind.None && kept.Contains(vote.Rater))];
        Vote[] judged = [.. own.Where(vote => vote.Answer != Answer.CannotJudge)];
        Vote[] sided = [.. judged.Where(vote => vote.Sided && vote.Answer != Answer.Same)];
        Vote[] checks = [.. votes.Where(vote => vote.Check != CheckKind.Training && vote.Passed is not null)];
        double[] seconds = [.. own.Select(vote => vote.Seconds).OfType<double>()];
        double[] perRater =
        [
            .. votes
                .Where(vote => vote.Seconds is not null && kept.Contains(vote.Rater))
                .GroupBy(vote => vote.Rater)
                .Select(rater => rater.Sum(vote => vote.Seconds!.Value) / 60),
        ];
        return new StudyFacts(
            [.. models.Where(model => Array.Exists(own, vote => vote.Left == model || vote.Right == model))],
            own.Select(vote => vote.Prompt).Distinct().Count(),
            raters.Count,
            kept.Count,
            judged.Length,
            own.Length - judged.Length,
            judged.Length > 0 ? judged.Count(vote => vote.Answer == Answer.Same) / (double)judged.Length : 0,
            sided.Length > 0 ? sided.Count(vote => vote.Answer == Answer.Left) / (double)sided.Length : null,
            checks.Length > 0 ? checks.Count(vote => vote.Passed is true) / (double)checks.Length : null,
            seconds.Length > 0 ? Descriptive.Median(seconds) : null,
            perRater.Length > 0 ? Descriptive.Median(perRater) : null,
            votes.Min(vote => vote.Time),
            votes.Max(vote => vote.Time),
            [.. votes.Select(vote => vote.QuestionHash).OfType<string>().Distinct().Order(StringComparer.Ordinal)]
        );
    }
}
