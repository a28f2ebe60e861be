using Semblance.Statistics;

namespace Semblance.Consistency;

/// <summary>Images that are much less like the others of their set than is usual in it.</summary>
public static class RobustOutliers
{
    /// <summary>How many robust standard deviations below the median an image must lie.</summary>
    public const double Deviations = 3;

    // Makes the median absolute deviation of normal numbers their standard deviation: 1 / Phi^-1(3/4).
    private const double Consistency = 1.4826;

    /// <summary>Indices, rising, of the values more than 3 robust standard deviations (1.4826 MAD) below the median.</summary>
    /// <param name="perImage">Mean similarity of each image to the others, <see cref="SetConsistency.PerImage"/>.</param>
    /// <remarks>Where more than half of the values are equal, every value under them (by more than 1e-9) is an outlier.</remarks>
    public static IReadOnlyList<int> Of(IReadOnlyList<double> perImage)
    {
        ArgumentNullException.ThrowIfNull(perImage);
        if (perImage.Count == 0)
        {
            return [];
        }

        var median = Descriptive.Median(perImage);
        var spread = Consistency * Descriptive.Median(perImage.Select(x => Math.Abs(x - median)));
        var limit = median - (Deviations * spread) - 1e-9;
        return [.. Enumerable.Range(0, perImage.Count).Where(i => perImage[i] < limit)];
    }
}
