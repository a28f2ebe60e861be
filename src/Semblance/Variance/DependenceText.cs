using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Variance;

/// <summary>What the prompts of a study have in common, and what that adds to the errors, in words.</summary>
public static class DependenceText
{
    /// <summary>Of the seeds: whether prompts share them, and how much of the variance of the means they make.</summary>
    /// <param name="design">Over all models.</param>
    /// <param name="errors">Of each mean or mean difference; null for one prompt.</param>
    public static string OfSeeds(SeedDesign design, params IEnumerable<MeanError?> errors)
    {
        double[] shares = [.. errors.OfType<MeanError>().Select(error => 100 * (error.ShareFromSeeds ?? 0))];
        var most = shares.DefaultIfEmpty(0).Max();
        var share =
            most < 0.5 ? "these add nothing that is seen"
            : shares.Length == 1 || most - shares.Min() < 1
                ? Invariant($"{most:F0}% of the variance of the mean is theirs")
            : Invariant($"up to {most:F0}% of the variance of a mean is theirs");
        return design switch
        {
            SeedDesign.Crossed => $"the same for every prompt; {share}",
            SeedDesign.Partly => $"some prompts share some; {share}",
            SeedDesign.Nested => "no two prompts share one",
            _ => "which ones prompts share is unknown, so prompts are taken as independent",
        };
    }

    /// <summary>Of the clusters: how many, and that they are the unit. Null without any.</summary>
    /// <param name="errors">Of each mean or mean difference; null for one prompt.</param>
    public static string? OfClusters(params IEnumerable<MeanError?> errors) =>
        errors.FirstOrDefault()?.Clusters is { } clusters
            ? $"prompts are in {Plural.Of(clusters, "cluster")}, which are the unit of intervals and tests"
            : null;
}
