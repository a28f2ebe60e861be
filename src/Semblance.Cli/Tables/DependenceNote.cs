using Semblance.Cli.Terminal;
using Semblance.Variance;

namespace Semblance.Cli.Tables;

/// <summary>What the prompts of a study have in common, and what that adds to the errors.</summary>
internal static class DependenceNote
{
    /// <summary>One line for the design, and how much of the variance of the means it is.</summary>
    public static void Add(Page page, SeedDesign design, params IEnumerable<MeanError?> errors)
    {
        double[] shares = [.. errors.OfType<MeanError>().Select(error => 100 * (error.ShareFromSeeds ?? 0))];
        var most = shares.DefaultIfEmpty(0).Max();
        var share =
            most < 0.5 ? "these add nothing that is seen"
            : shares.Length == 1 || most - shares.Min() < 1
                ? $"{Figures.Fixed(most, 0)}% of the variance of the mean is theirs"
            : $"up to {Figures.Fixed(most, 0)}% of the variance of a mean is theirs";
        page.Note(
            design switch
            {
                SeedDesign.Crossed => $"seeds: the same for every prompt; {share}",
                SeedDesign.Partly => $"seeds: some prompts share some; {share}",
                SeedDesign.Nested => "seeds: no two prompts share one",
                _ =>
                    "seeds: which ones prompts share is unknown, so prompts are taken as independent (a run folder tells, a table of scores does not)",
            }
        );
        if (errors.FirstOrDefault()?.Clusters is { } clusters)
        {
            page.Note(
                $"prompts are in {Figures.Count(clusters, "cluster")}, which are the unit of intervals and tests"
            );
        }
    }
}
