using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>Votes as counts, [item][category]: all that coefficients of agreement need.</summary>
public static class RatingCounts
{
    /// <summary>Counts how many raters gave each item each category.</summary>
    /// <param name="ratings">[item][rater]; null where there is no vote.</param>
    /// <param name="categories">All that could be chosen, in their order, used or not.</param>
    /// <exception cref="AssumptionException">Empty without items; OutOfRange for a vote that is none of them.</exception>
    public static int[][] Of(IReadOnlyList<IReadOnlyList<int?>> ratings, IReadOnlyList<int> categories)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        ArgumentNullException.ThrowIfNull(categories);
        AssumptionException.ThrowUnless(ratings.Count > 0, Assumption.Empty, $"There are no votes: give at least one.");
        var places = categories.Select((category, i) => (category, i)).ToDictionary(one => one.category, one => one.i);
        return
        [
            .. ratings.Select(row =>
            {
                var counts = new int[places.Count];
                foreach (var vote in row)
                {
                    if (vote is not { } category)
                    {
                        continue;
                    }

                    AssumptionException.ThrowUnless(
                        places.TryGetValue(category, out var place),
                        Assumption.OutOfRange,
                        $"A vote is {category}, which is not among the categories."
                    );
                    counts[place]++;
                }

                return counts;
            }),
        ];
    }

    /// <summary>Refuses counts that no coefficient exists for.</summary>
    /// <returns>How many items have two votes or more.</returns>
    /// <exception cref="AssumptionException">Empty, LengthMismatch, OutOfRange, NoVariation for one category, TooFew.</exception>
    internal static int Require(IReadOnlyList<int[]> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        AssumptionException.ThrowUnless(counts.Count > 0, Assumption.Empty, $"There are no votes: give at least one.");
        var categories = counts[0].Length;
        AssumptionException.ThrowUnless(
            counts.All(row => row.Length == categories),
            Assumption.LengthMismatch,
            $"Every item needs a count for each category."
        );
        AssumptionException.ThrowUnless(
            counts.All(row => Array.TrueForAll(row, count => count >= 0)),
            Assumption.OutOfRange,
            $"Counts are 0 or more."
        );
        AssumptionException.ThrowUnless(
            categories >= 2,
            Assumption.NoVariation,
            $"There is one category only, so that agreement means nothing."
        );
        var pairable = counts.Count(row => row.Sum() >= 2);
        AssumptionException.ThrowUnless(
            pairable > 0,
            Assumption.TooFew,
            $"No item has two votes, so that nothing can agree."
        );
        return pairable;
    }
}
