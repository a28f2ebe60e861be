namespace Semblance.Variance;

/// <summary>
/// What each seed does to the score of its set: the score U less what it is without that seed, U - U(s), times
/// sqrt((n - 1) / n), so that the squares add up to the jackknife variance of U (Efron and Stein 1981).
/// </summary>
/// <param name="Seeds">Names of the seeds, [n], n at least 3, none twice.</param>
/// <param name="Values">Score points, [n].</param>
public sealed record SeedDeviations(IReadOnlyList<string> Seeds, IReadOnlyList<double> Values)
{
    /// <summary>
    /// From what a score already knows. With m_i the mean similarity of image i to the n - 1 others, the score without it
    /// is (n U - 2 m_i) / (n - 2), so that U - U(i) = 2 (m_i - U) / (n - 2).
    /// </summary>
    /// <param name="perImage">Mean similarity of each image to the others, m, [n].</param>
    /// <param name="seeds">In the order of the images; null where they are not known.</param>
    /// <returns>Null where the seeds are not known, one of them is there twice, or there are fewer than three images.</returns>
    public static SeedDeviations? Of(IReadOnlyList<double> perImage, IReadOnlyList<string>? seeds)
    {
        ArgumentNullException.ThrowIfNull(perImage);
        if (perImage.Count < 3)
        {
            return null;
        }

        // The mean of what rounding left, not the score: the deviations add up to 0.
        var mean = perImage.Average();
        return OfChanges([.. perImage.Select(own => 2 * (own - mean) / (perImage.Count - 2))], seeds);
    }

    /// <summary>From a kernel, in the order of its images.</summary>
    /// <inheritdoc cref="Of(IReadOnlyList{double}, IReadOnlyList{string})"/>
    public static SeedDeviations? Of(PairKernel kernel, IReadOnlyList<string>? seeds)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return kernel.Images < 3
            ? null
            : OfChanges([.. kernel.DeleteOne().Select(without => kernel.Mean - without)], seeds);
    }

    private static SeedDeviations? OfChanges(double[] changes, IReadOnlyList<string>? seeds)
    {
        var scale = Math.Sqrt((changes.Length - 1.0) / changes.Length);
        return
            seeds is not null
            && seeds.Count == changes.Length
            && seeds.Distinct(StringComparer.Ordinal).Count() == seeds.Count
            ? new SeedDeviations(seeds, Array.ConvertAll(changes, change => scale * change))
            : null;
    }
}
