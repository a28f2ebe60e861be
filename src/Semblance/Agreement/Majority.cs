namespace Semblance.Agreement;

/// <summary>What most raters of one item chose, and the model that a score chooses.</summary>
public static class Majority
{
    /// <summary>
    /// The answer with strictly the most votes (a plurality); a tie where the most votes are shared, or most say tie; null
    /// without votes.
    /// </summary>
    public static Choice? Of(IEnumerable<Choice?> votes)
    {
        ArgumentNullException.ThrowIfNull(votes);
        var counts = new int[3];
        foreach (var vote in votes)
        {
            if (vote is { } choice)
            {
                counts[(int)choice]++;
            }
        }

        var most = counts.Max();
        return most == 0 ? null
            : counts.Count(count => count == most) > 1 ? Choice.Tie
            : (Choice)Array.IndexOf(counts, most);
    }

    /// <summary>The model with the higher score; a tie where both are equal.</summary>
    /// <param name="difference">Second model's score minus first model's.</param>
    public static Choice OfScore(double difference) =>
        difference > 0 ? Choice.Second
        : difference < 0 ? Choice.First
        : Choice.Tie;
}
