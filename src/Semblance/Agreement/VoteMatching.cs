using Semblance.Comparison;
using Semblance.Prompts;
using Semblance.Wording;

namespace Semblance.Agreement;

/// <summary>Gives votes the prompts and models that the scores have.</summary>
public static class VoteMatching
{
    /// <summary>
    /// Prompts are matched by their text, and what is left by their key (<see cref="PromptKey"/>), so that <c>A person's
    /// eye</c> and a folder named <c>A person_s eye</c> match. A prompt that matches none stays as it is.
    /// </summary>
    /// <param name="votes">As they were read.</param>
    /// <param name="scores">Of all encoders.</param>
    /// <exception cref="InputException">A vote is on a model that no score is of, or on a model and itself.</exception>
    public static IReadOnlyList<Vote> Of(IReadOnlyList<Vote> votes, IReadOnlyList<PromptScore> scores)
    {
        ArgumentNullException.ThrowIfNull(votes);
        ArgumentNullException.ThrowIfNull(scores);
        string[] models = [.. scores.Select(row => row.Model).Distinct()];
        HashSet<string> prompts = [.. scores.Select(row => row.Prompt)];
        var byKey = prompts.ToLookup(PromptKey.Of);
        foreach (var vote in votes.Where(vote => vote.Check is CheckKind.None or CheckKind.Repeat))
        {
            if (vote.Left == vote.Right)
            {
                throw new InputException(
                    $"Rater '{vote.Rater}' voted on model '{vote.Left}' against itself for {QuotedPrompt.Of(vote.Prompt)}; mark that page as a check."
                );
            }

            if (new[] { vote.Left, vote.Right }.FirstOrDefault(model => !models.Contains(model)) is { } unknown)
            {
                throw new InputException(
                    $"There are votes on model '{unknown}', and no scores of it; the scores are of {Listing.Joined([.. models.Select(model => $"'{model}'")], 10)}.{SimilarNames.Hint(unknown, models)}"
                );
            }
        }

        return
        [
            .. votes.Select(vote =>
                prompts.Contains(vote.Prompt) || byKey[PromptKey.Of(vote.Prompt)].Take(2).ToArray() is not [var match]
                    ? vote
                    : vote with
                    {
                        Prompt = match,
                    }
            ),
        ];
    }
}
