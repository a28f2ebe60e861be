using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>How far raters agree among themselves.</summary>
/// <param name="Items">Prompts with a pair of models that have a vote.</param>
/// <param name="Prompts">Different prompts among them.</param>
/// <param name="Raters">Who voted.</param>
/// <param name="Votes">How many votes.</param>
/// <param name="FewestVotes">On an item.</param>
/// <param name="MedianVotes">On an item.</param>
/// <param name="MostVotes">On an item.</param>
/// <param name="Shares">Of the answers first, tie and second among all votes.</param>
/// <param name="Coefficients">Raw agreement, Fleiss, Krippendorff, Gwet.</param>
/// <param name="Ceiling">How well a rater agrees with the others; null where it cannot be told.</param>
/// <param name="Strengths">Of the models, with ties and the left side; null where they have none.</param>
/// <param name="Undefined">What does not exist, and why.</param>
public sealed record PeopleAgreement(
    int Items,
    int Prompts,
    int Raters,
    int Votes,
    int FewestVotes,
    double MedianVotes,
    int MostVotes,
    IReadOnlyList<double> Shares,
    IReadOnlyList<RaterCoefficient> Coefficients,
    HumanCeiling? Ceiling,
    ModelStrengths? Strengths,
    IReadOnlyList<Undefined> Undefined
)
{
    /// <summary>All figures of a table of votes.</summary>
    /// <param name="table">At least one vote.</param>
    /// <param name="votes">The same votes, with their sides.</param>
    /// <param name="models">All models, in order.</param>
    /// <param name="options">Level, resamples, seed.</param>
    internal static PeopleAgreement Of(
        VoteTable table,
        IReadOnlyList<Vote> votes,
        IReadOnlyList<string> models,
        AgreementOptions options
    )
    {
        List<Undefined> undefined = [];
        var counts = table.Counts();
        int[] sizes = [.. counts.Select(row => row.Sum()).Where(size => size > 0)];
        double[] shares = [.. Enumerable.Range(0, 3).Select(k => counts.Sum(row => row[k]) / (double)sizes.Sum())];
        return new PeopleAgreement(
            sizes.Length,
            table.Items.Select(item => item.Prompt).Distinct().Count(),
            table.Raters.Count,
            sizes.Sum(),
            sizes.Min(),
            Descriptive.Median(sizes.Select(size => (double)size)),
            sizes.Max(),
            shares,
            RaterCoefficient.All(table, counts, options, undefined),
            Agreement.Undefined.Try(
                undefined,
                "human ceiling",
                () => HumanCeiling.Of(table, options.Level, options.Resamples, options.Seed)
            ),
            Agreement.Undefined.Try(
                undefined,
                "strengths of models (Davidson)",
                () => ModelStrengths.Of(votes, models, options.Level)
            ),
            undefined
        );
    }
}
