using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>The votes on models, an item a row and a rater a column.</summary>
/// <param name="Items">Prompts with a pair of models each.</param>
/// <param name="Raters">Who voted.</param>
/// <param name="Choices">[item][rater]; null where there is no vote.</param>
public sealed record VoteTable(
    IReadOnlyList<VoteItem> Items,
    IReadOnlyList<string> Raters,
    IReadOnlyList<IReadOnlyList<Choice?>> Choices
)
{
    /// <summary>How many votes there are.</summary>
    public int Votes => Choices.Sum(row => row.Count(vote => vote is not null));

    /// <summary>
    /// Lays out the votes of the study's own pages; checks, repeats and votes that could not be given are left out. Of two
    /// votes of one rater on one item the first counts.
    /// </summary>
    /// <param name="votes">In any order, of models that <paramref name="models"/> has.</param>
    /// <param name="models">The order that says which model of a pair is the first.</param>
    public static VoteTable Of(IEnumerable<Vote> votes, IReadOnlyList<string> models)
    {
        ArgumentNullException.ThrowIfNull(votes);
        ArgumentNullException.ThrowIfNull(models);
        var order = models.Select((model, i) => (model, i)).ToDictionary(one => one.model, one => one.i);
        Vote[] counted = [.. votes.Where(vote => vote.Check == CheckKind.None && vote.Answer != Answer.CannotJudge)];
        string[] raters = [.. counted.Select(vote => vote.Rater).Distinct().Order(StringComparer.Ordinal)];
        var columns = raters.Select((rater, i) => (rater, i)).ToDictionary(one => one.rater, one => one.i);
        var rows = new Dictionary<VoteItem, Choice?[]>();
        foreach (var vote in counted)
        {
            var item = ItemOf(vote, order);
            if (!rows.TryGetValue(item, out var row))
            {
                rows[item] = row = new Choice?[raters.Length];
            }

            row[columns[vote.Rater]] ??= ChoiceOf(vote, item);
        }

        VoteItem[] items =
        [
            .. rows
                .Keys.OrderBy(item => order[item.First])
                .ThenBy(item => order[item.Second])
                .ThenBy(item => item.Prompt, StringComparer.Ordinal),
        ];
        return new VoteTable(items, raters, [.. items.Select(item => rows[item])]);
    }

    /// <summary>The item that a vote is on, whichever model was on the left.</summary>
    internal static VoteItem ItemOf(Vote vote, Dictionary<string, int> order) =>
        order[vote.Left] <= order[vote.Right]
            ? new VoteItem(vote.Prompt, vote.Left, vote.Right)
            : new VoteItem(vote.Prompt, vote.Right, vote.Left);

    /// <summary>A side of the screen as a model of the pair.</summary>
    internal static Choice ChoiceOf(Vote vote, VoteItem item) =>
        vote.Answer == Answer.Same ? Choice.Tie
        : (vote.Answer == Answer.Left) == (vote.Left == item.First) ? Choice.First
        : Choice.Second;

    /// <summary>The same raters, on only these items.</summary>
    internal VoteTable Where(Func<VoteItem, bool> wanted)
    {
        int[] rows = [.. Enumerable.Range(0, Items.Count).Where(i => wanted(Items[i]))];
        return new VoteTable([.. rows.Select(i => Items[i])], Raters, [.. rows.Select(i => Choices[i])]);
    }

    /// <summary>The same votes but for those of one rater.</summary>
    internal VoteTable Without(int rater) =>
        this with
        {
            Raters = [.. Raters.Where((_, r) => r != rater)],
            Choices = [.. Choices.Select(row => (Choice?[])[.. row.Where((_, r) => r != rater)])],
        };

    /// <summary>Votes by category, [item][first, tie, second].</summary>
    internal int[][] Counts() =>
        [
            .. Choices.Select(row =>
            {
                var counts = new int[3];
                foreach (var vote in row)
                {
                    if (vote is { } choice)
                    {
                        counts[(int)choice]++;
                    }
                }

                return counts;
            }),
        ];

    /// <summary>Refuses a table without a vote.</summary>
    /// <exception cref="AssumptionException">Empty.</exception>
    internal void RequireVotes() =>
        AssumptionException.ThrowUnless(Votes > 0, Assumption.Empty, $"There are no votes: give at least one.");
}
