using Semblance.Cli.Terminal;
using Semblance.Variance;

namespace Semblance.Cli.Tables;

/// <summary>How far two models used the same seeds, in words.</summary>
internal static class CommonSeedsText
{
    /// <summary>The words, without a full stop.</summary>
    /// <param name="seeds">Null where nothing is known of them.</param>
    public static string Of(CommonSeeds? seeds) =>
        seeds switch
        {
            null => "seeds treated as independent",
            _ when seeds.Everywhere() => "both models used the same seeds",
            { Unknown: > 0 } when seeds.Nowhere() && seeds.None == 0 =>
                "which seeds each used is unknown, so treated as independent",
            _ when seeds.Nowhere() => "no seeds known to be common, so treated as independent",
            _ => $"partly the same seeds: {string.Join(", ", Prompts(seeds))}",
        };

    private static IEnumerable<string> Prompts(CommonSeeds seeds)
    {
        var prompts = seeds.All + seeds.Some + seeds.Untold + seeds.None + seeds.Unknown;
        (int Count, string What)[] parts =
        [
            (seeds.All, "all of them on"),
            (seeds.Some, "some on"),
            (
                seeds.Untold,
                "some, but too few (under four) or too many (over 1,000) to measure, so treated as independent, on"
            ),
            (seeds.None, "none on"),
            (seeds.Unknown, "unknown on"),
        ];
        var first = true;
        foreach ((var count, var what) in parts.Where(part => part.Count > 0))
        {
            yield return $"{what} {Figures.Count(count)}{(first ? $" of {Figures.Count(prompts)} prompts" : "")}";
            first = false;
        }
    }
}
