using Semblance.Agreement;
using Semblance.Cli.Terminal;
using Semblance.Wording;

namespace Semblance.Cli.Tables;

/// <summary>How many people would see a difference of scores, where a curve of votes is given.</summary>
internal static class HumanText
{
    private const int Shown = 10;

    public static void Add(Page page, IReadOnlyList<HumanSight>? sights)
    {
        if (sights is null || sights.Count == 0)
        {
            return;
        }

        page.EndLine().Heading("What people would see");
        foreach (var sight in sights.Take(Shown))
        {
            var (named, share) = sight.Share >= 0.5 ? (sight.Second, sight.Share) : (sight.First, 1 - sight.Share);
            page.Sentence(
                $"About {Figures.Fixed(100 * share, 0)}% of people who see a difference between {sight.First} and {sight.Second} on a prompt like these would name {named} as the more consistent one."
            );
            if (sight.Beyond > 0)
            {
                page.Sentence(
                    $"caution: {Plural.Of(sight.Beyond, "prompt")} {(sight.Beyond == 1 ? "has a difference" : "have differences")} beyond the largest that was voted on ({Figures.Fixed(sight.Curve.LargestDifference)} points), where the curve is a guess",
                    Ink.Caution
                );
            }
        }

        if (sights.Count > Shown)
        {
            page.Note($"and {sights.Count - Shown} more pairs; --format json has all");
        }

        var curve = sights[0].Curve;
        page.Note(
            $"from {Plural.Of(curve.Votes, "vote")} of {Plural.Of(curve.Raters, "rater")} on {Plural.Of(curve.Prompts, "prompt")} (encoder: {curve.Encoder ?? "unknown"})"
        );
    }
}
