using Semblance.Statistics;

namespace Semblance.Consistency;

/// <summary>Images that are much less like the others of their set than the rest of the set explains.</summary>
/// <remarks>
/// In a sample of n from a law with an exponential tail the spacings z(j) = (n - j) (x(j) - x(j - 1)), x rising from 0 to
/// n - 1, are independent and of one exponential law (Renyi 1953). So the spacing above which k images lie, over the mean of c
/// spacings below it, follows F with 2 and 2c degrees of freedom, whatever the mean and scale are: it exceeds
/// c (a^(-1/c) - 1) with probability a. Tails that are lighter, such as those of embeddings of many dimensions, give fewer
/// false alarms.
/// </remarks>
public static class Outliers
{
    /// <summary>The share of sets with an exponential tail in which any image is found.</summary>
    public const double FalseAlarms = 0.025;

    /// <summary>How far below the median an image must lie, in points: as the margin of a gate by default.</summary>
    public const double LeastEffect = 1;

    /// <summary>Of three images two that happen to be alike would make the third the odd one.</summary>
    public const int FewestImages = 4;

    /// <summary>At most this share of the images, but always one: more are no longer the odd ones.</summary>
    private const double MostShare = 0.2;

    /// <summary>Spacings below the gap that it is compared with, where there are so many: else those of the upper half.</summary>
    private const int FewestSpacings = 6;

    /// <summary>
    /// Indices, rising, of the values below a gap that the other values do not explain, at least 1 point below the median;
    /// none for fewer than four.
    /// </summary>
    /// <param name="perImage">Mean similarity of each image to the others, <see cref="SetConsistency.PerImage"/>.</param>
    public static IReadOnlyList<int> Of(IReadOnlyList<double> perImage)
    {
        ArgumentNullException.ThrowIfNull(perImage);
        var n = perImage.Count;
        if (n < FewestImages)
        {
            return [];
        }

        // The least alike last.
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => perImage[i]).ThenBy(i => i)];
        var spacings = new double[n];
        var sums = new double[n];
        for (var j = 1; j < n; j++)
        {
            spacings[j] = (n - j) * (perImage[order[j - 1]] - perImage[order[j]]);
            sums[j] = sums[j - 1] + spacings[j];
        }

        var median = Descriptive.Median(perImage);
        var most = Math.Max(1, (int)(MostShare * n));
        var found = 0;
        for (var k = 1; k <= most; k++)
        {
            var first = n - k;
            if (perImage[order[first]] > median - LeastEffect)
            {
                break;
            }

            // The spacings of the upper half below the gap.
            var count = Math.Min(first - 1, Math.Max(FewestSpacings, first - 1 - (n / 2)));
            var mean = (sums[first - 1] - sums[first - 1 - count]) / count;
            if (spacings[first] > (Limit(count, Alpha(k, most)) * mean) + 1e-9)
            {
                found = k;
            }
        }

        return [.. order[(n - found)..].Order()];
    }

    /// <summary>Of the test for a gap above which k images lie; they add up to less than the whole.</summary>
    private static double Alpha(int k, int most) => most == 1 ? FalseAlarms : FalseAlarms / (k * (k + 1.0));

    /// <summary>The quantile 1 - <paramref name="alpha"/> of F with 2 and twice as many degrees of freedom as spacings.</summary>
    private static double Limit(int spacings, double alpha) => spacings * (Math.Pow(alpha, -1.0 / spacings) - 1);
}
