using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>How one rater voted: sides, checks, repeats, time, and with whom.</summary>
/// <param name="Rater">A pseudonym.</param>
/// <param name="Votes">On the study's own pages, "cannot judge" not among them.</param>
/// <param name="CannotJudge">Pages that could not be judged.</param>
/// <param name="Ties">Votes for "about the same".</param>
/// <param name="Left">Votes for the left side.</param>
/// <param name="Right">Votes for the right side.</param>
/// <param name="SideP">Exact binomial test of left against right, two-sided; null without a vote for a side.</param>
/// <param name="AdjustedSideP">After Holm over the raters.</param>
/// <param name="Checks">Checks with an expected answer.</param>
/// <param name="ChecksPassed">How many were passed.</param>
/// <param name="Repeats">Pages that were shown again.</param>
/// <param name="RepeatsSame">How often the answer meant the same.</param>
/// <param name="MedianSeconds">View time; null where not recorded.</param>
/// <param name="LongestRun">Most equal answers, by sides, one after the other.</param>
/// <param name="WithOthers">How often the vote is the majority's of the others, 0 to 1; null where there is nothing to compare.</param>
/// <param name="Accuracy">By Dawid and Skene's one-coin model, drawn towards the middle; null below three raters.</param>
/// <param name="LeftOut">Why the rater is left out; null for one who is kept.</param>
public sealed record RaterSummary(
    string Rater,
    int Votes,
    int CannotJudge,
    int Ties,
    int Left,
    int Right,
    double? SideP,
    double? AdjustedSideP,
    int Checks,
    int ChecksPassed,
    int Repeats,
    int RepeatsSame,
    double? MedianSeconds,
    int LongestRun,
    double? WithOthers,
    double? Accuracy,
    string? LeftOut
)
{
    /// <summary>Share of repeated pages that were answered alike, 0 to 1; null without any.</summary>
    public double? Consistency => Repeats > 0 ? (double)RepeatsSame / Repeats : null;

    /// <summary>All raters, in ordinal order of their names.</summary>
    /// <param name="votes">Every vote, checks and repeats too.</param>
    /// <param name="table">The votes that count.</param>
    /// <param name="rules">Who is left out.</param>
    public static IReadOnlyList<RaterSummary> All(IReadOnlyList<Vote> votes, VoteTable table, ExclusionRules rules)
    {
        ArgumentNullException.ThrowIfNull(votes);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(rules);
        var withOthers = WithOthersOf(table);
        var accuracy =
            table.Raters.Count >= 3 ? DawidSkene.Of(table.Choices).Accuracy : new double?[table.Raters.Count];
        RaterSummary[] all =
        [
            .. votes
                .GroupBy(vote => vote.Rater, StringComparer.Ordinal)
                .OrderBy(own => own.Key, StringComparer.Ordinal)
                .Select(own =>
                {
                    var column = table.Raters.ToList().IndexOf(own.Key);
                    return Of(
                        own.Key,
                        [.. own],
                        column < 0 ? null : withOthers[column],
                        column < 0 ? null : accuracy[column]
                    );
                }),
        ];
        int[] sided = [.. Enumerable.Range(0, all.Length).Where(i => all[i].SideP is not null)];
        var adjusted = sided.Length > 0 ? MultipleComparisons.Holm([.. sided.Select(i => all[i].SideP!.Value)]) : [];
        return
        [
            .. all.Select(
                (own, i) =>
                    own with
                    {
                        AdjustedSideP = Array.IndexOf(sided, i) is >= 0 and var place ? adjusted[place] : null,
                        LeftOut = rules.Reason(own),
                    }
            ),
        ];
    }

    private static RaterSummary Of(string rater, Vote[] votes, double? withOthers, double? accuracy)
    {
        Vote[] own = [.. votes.Where(vote => vote.Check == CheckKind.None)];
        Vote[] judged = [.. own.Where(vote => vote.Answer != Answer.CannotJudge)];
        var left = judged.Count(vote => vote.Sided && vote.Answer == Answer.Left);
        var right = judged.Count(vote => vote.Sided && vote.Answer == Answer.Right);
        Vote[] checks = [.. votes.Where(vote => vote.Check != CheckKind.Training && vote.Passed is not null)];
        var (repeats, same) = RepeatsOf(votes);
        double[] seconds = [.. own.Select(vote => vote.Seconds).OfType<double>()];
        return new RaterSummary(
            rater,
            judged.Length,
            own.Length - judged.Length,
            judged.Count(vote => vote.Answer == Answer.Same),
            left,
            right,
            left + right > 0 ? Proportion.AgainstHalf(left, left + right).TwoSided : null,
            null,
            checks.Length,
            checks.Count(vote => vote.Passed is true),
            repeats,
            same,
            seconds.Length > 0 ? Descriptive.Median(seconds) : null,
            Longest(judged),
            withOthers,
            accuracy,
            null
        );
    }

    /// <summary>Repeated pages that have a first vote, and those with the same meaning.</summary>
    private static (int Repeats, int Same) RepeatsOf(Vote[] votes)
    {
        var (repeats, same) = (0, 0);
        foreach (var again in votes.Where(vote => vote.Check == CheckKind.Repeat && vote.Answer != Answer.CannotJudge))
        {
            var first = Array.Find(
                votes,
                vote =>
                    vote.Check == CheckKind.None
                    && vote.Answer != Answer.CannotJudge
                    && vote.Prompt == again.Prompt
                    && (vote.Left, vote.Right) is var shown
                    && (shown == (again.Left, again.Right) || shown == (again.Right, again.Left))
            );
            if (first is not null)
            {
                repeats++;
                same += Meaning(first) == Meaning(again) ? 1 : 0;
            }
        }

        return (repeats, same);
    }

    private static string Meaning(Vote vote) =>
        vote.Answer switch
        {
            Answer.Left => vote.Left,
            Answer.Right => vote.Right,
            _ => "",
        };

    private static int Longest(Vote[] votes)
    {
        Vote[] ordered = [.. votes.OrderBy(vote => vote.Position ?? int.MaxValue).ThenBy(vote => vote.Time)];
        var (longest, run) = (0, 0);
        for (var i = 0; i < ordered.Length; i++)
        {
            run = i > 0 && ordered[i].Answer == ordered[i - 1].Answer ? run + 1 : 1;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    private static IReadOnlyList<double?> WithOthersOf(VoteTable table)
    {
        try
        {
            return HumanCeiling.Of(table, resamples: 1, splits: 1).ByRater;
        }
        catch (AssumptionException)
        {
            return new double?[table.Raters.Count];
        }
    }
}
