using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>
/// How well people agree with people: what a score can be held against. It is not a strict upper bound, since a score can agree
/// with the majority more often than a single rater does (M. Boguslav and K. B. Cohen, 2017).
/// </summary>
/// <param name="OneRater">Mean over raters of how often a rater's vote is the majority's of the others, 0 to 1.</param>
/// <param name="Lowest">Of the rater who agrees least.</param>
/// <param name="Highest">Of the rater who agrees most.</param>
/// <param name="Interval">Of the mean, prompts drawn again; null for one prompt.</param>
/// <param name="ByRater">For each rater of the table; null where there is nothing to compare.</param>
/// <param name="Panels">
/// How often the majorities of two halves of the raters name the same model, where both name one; null below two raters.
/// </param>
/// <param name="Reliability">
/// Of the mean of all raters: the correlation of the halves' preferences, stepped up to all raters by Spearman and Brown, 2 r
/// / (1 + r); null where the halves do not vary.
/// </param>
/// <param name="Splits">How many random halves these two are the means of.</param>
public sealed record HumanCeiling(
    double OneRater,
    double Lowest,
    double Highest,
    Interval? Interval,
    IReadOnlyList<double?> ByRater,
    double? Panels,
    double? Reliability,
    int Splits
)
{
    /// <summary>Compares raters with each other.</summary>
    /// <param name="table">Votes.</param>
    /// <param name="level">Of the interval.</param>
    /// <param name="resamples">How often prompts are drawn.</param>
    /// <param name="seed">Of the draws and the halves.</param>
    /// <param name="splits">Random halves.</param>
    /// <exception cref="AssumptionException">TooFew where no two raters voted for a model on the same item.</exception>
    public static HumanCeiling Of(
        VoteTable table,
        double level = 0.95,
        int resamples = 2000,
        ulong seed = 1,
        int splits = 200
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        Sample.RequireFraction(level);
        var raters = table.Raters.Count;
        var right = new double[table.Items.Count, raters];
        var count = new double[table.Items.Count, raters];
        for (var i = 0; i < table.Items.Count; i++)
        {
            for (var r = 0; r < raters; r++)
            {
                var others = Majority.Of(table.Choices[i].Where((_, other) => other != r));
                if (table.Choices[i][r] is { } own and not Choice.Tie && others is { } most and not Choice.Tie)
                {
                    count[i, r] = 1;
                    right[i, r] = own == most ? 1 : 0;
                }
            }
        }

        double?[] byRater =
        [
            .. Enumerable
                .Range(0, raters)
                .Select(r => (Right: Column(right, r), Count: Column(count, r)))
                .Select(own => own.Count > 0 ? own.Right / own.Count : (double?)null),
        ];
        double[] known = [.. byRater.OfType<double>()];
        AssumptionException.ThrowUnless(
            known.Length >= 2,
            Assumption.TooFew,
            $"No two raters voted for a model on the same prompt, so that people cannot be compared with people."
        );
        var prompts = PromptClusters.Of(table.Items);
        var interval =
            prompts.Count > 1
                ? prompts.Interval(
                    items =>
                    {
                        var shares = Enumerable
                            .Range(0, raters)
                            .Select(r => (Right: items.Sum(i => right[i, r]), Count: items.Sum(i => count[i, r])))
                            .Where(own => own.Count > 0)
                            .Select(own => own.Right / own.Count)
                            .ToArray();
                        return shares.Length > 0 ? shares.Average() : double.NaN;
                    },
                    level,
                    resamples,
                    seed
                )
                : null;
        var halves = Enumerable.Range(0, splits).Select(split => Halves(table, seed, split)).ToArray();
        return new HumanCeiling(
            known.Average(),
            known.Min(),
            known.Max(),
            interval,
            byRater,
            MeanOf(halves.Select(half => half.Same)),
            MeanOf(halves.Select(half => half.Reliability)),
            splits
        );
    }

    private static double? MeanOf(IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        return known.Length > 0 ? known.Average() : null;
    }

    private static double Column(double[,] matrix, int column) =>
        Enumerable.Range(0, matrix.GetLength(0)).Sum(row => matrix[row, column]);

    /// <summary>One random half of the raters against the other.</summary>
    private static (double? Same, double? Reliability) Halves(VoteTable table, ulong seed, int split)
    {
        var random = new RandomStream(seed, 0x48414C46UL + (ulong)split);
        var order = Enumerable.Range(0, table.Raters.Count).ToArray();
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        HashSet<int> first = [.. order[..(order.Length / 2)]];
        var (same, both) = (0, 0);
        List<double> x = [];
        List<double> y = [];
        foreach (var row in table.Choices)
        {
            Choice?[] own = [.. row.Where((_, r) => first.Contains(r))];
            Choice?[] other = [.. row.Where((_, r) => !first.Contains(r))];
            if (Preference(own) is { } a && Preference(other) is { } b)
            {
                x.Add(a);
                y.Add(b);
                var (left, right) = (Majority.Of(own), Majority.Of(other));
                if (left != Choice.Tie && right != Choice.Tie)
                {
                    both++;
                    same += left == right ? 1 : 0;
                }
            }
        }

        double? reliability =
            x.Distinct().Count() > 1
            && y.Distinct().Count() > 1
            && Pearson.Coefficient([.. x], [.. y]) is > -1 and var r
                ? 2 * r / (1 + r)
                : null;
        return (both > 0 ? (double)same / both : null, reliability);
    }

    /// <summary>Votes for the second model less votes for the first, as a share of all votes; null without votes.</summary>
    internal static double? Preference(IEnumerable<Choice?> votes)
    {
        Choice[] given = [.. votes.OfType<Choice>()];
        return given.Length == 0 ? null : given.Average(vote => (double)vote - 1);
    }
}
