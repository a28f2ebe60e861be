using Semblance.Cli.Terminal;
using Semblance.Variance;

namespace Semblance.Cli.Tables;

/// <summary>What the prompts of a study have in common, below a table.</summary>
internal static class DependenceNote
{
    /// <summary>A line for the design, and how much of the variance of the means it is; another one for clusters.</summary>
    public static void Add(Page page, SeedDesign design, params IEnumerable<MeanError?> errors)
    {
        page.Note($"seeds: {DependenceText.OfSeeds(design, errors)}");
        if (DependenceText.OfClusters(errors) is { } clusters)
        {
            page.Note(clusters);
        }
    }
}
