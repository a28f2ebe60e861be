using Semblance.Cli.Terminal;
using Semblance.Variance;

namespace Semblance.Cli.Tables;

/// <summary>How far two models used the same seeds, in words.</summary>
internal static class CommonSeedsText
{
    /// <summary>Without a full stop.</summary>
    /// <param name="seeds">Null where nothing is known of them.</param>
    public static string Of(CommonSeeds? seeds) =>
        seeds switch
        {
            null => "seeds taken for independent",
            _ when seeds.Everywhere() => "both models used the same seeds",
            _ when seeds.Nowhere() => "no seeds known to be common, so taken for independent",
            _ => $"partly the same seeds: {string.Join(", ", Prompts(seeds))}",
        };

    private static IEnumerable<string> Prompts(CommonSeeds seeds)
    {
        var prompts = seeds.All + seeds.Some + seeds.Untold + seeds.None;
        (int Count, string What)[] parts =
        [
            (seeds.All, "all of them on"),
            (seeds.Some, "some on"),
            (
                seeds.Untold,
                "in common but not to be measured (fewer than four, or sets of more than 1,000), so taken for independent, on"
            ),
            (seeds.None, "none on"),
        ];
        var first = true;
        foreach ((var count, var what) in parts.Where(part => part.Count > 0))
        {
            yield return $"{what} {Figures.Count(count)}{(first ? $" of {Figures.Count(prompts)} prompts" : "")}";
            first = false;
        }
    }
}
