using Semblance.Agreement;

namespace Semblance.Tests.Agreement;

/// <summary>Small tables of votes.</summary>
internal static class Votes
{
    /// <summary>A table of one pair of models: a text for each prompt, a letter for each rater: a, b, = or a space.</summary>
    public static VoteTable Table(params ReadOnlySpan<string> rows)
    {
        var choices = new List<IReadOnlyList<Choice?>>();
        foreach (var row in rows)
        {
            choices.Add([.. row.Select(ChoiceOf)]);
        }

        return new VoteTable(
            [.. choices.Select((_, i) => new VoteItem($"prompt {i}", "A", "B"))],
            [.. choices[0].Select((_, r) => $"rater {r}")],
            choices
        );
    }

    private static Choice? ChoiceOf(char vote) =>
        vote switch
        {
            'a' => Choice.First,
            'b' => Choice.Second,
            '=' => Choice.Tie,
            _ => null,
        };
}
