namespace Semblance.Agreement;

/// <summary>How precise the per-vote agreement would be with other numbers of prompts and raters.</summary>
/// <param name="Prompts">How many prompts.</param>
/// <param name="Raters">How many raters, each voting on all of them.</param>
/// <param name="HalfWidth">Half the width of a 95% interval, as a share.</param>
public sealed record MoreVotes(int Prompts, int Raters, double HalfWidth)
{
    /// <summary>As it is, with two more raters, with 50 more prompts, and with both.</summary>
    internal static IReadOnlyList<MoreVotes> Of(VoteVariance variance) =>
        [
            .. new[] { (0, 0), (0, 2), (50, 0), (50, 2) }.Select(more =>
            {
                var (prompts, raters) = (variance.PromptCount + more.Item1, variance.RaterCount + more.Item2);
                return new MoreVotes(prompts, raters, variance.HalfWidth(prompts, raters));
            }),
        ];
}
