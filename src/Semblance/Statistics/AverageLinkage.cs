namespace Semblance.Statistics;

/// <summary>Average linkage (UPGMA; Sokal and Michener 1958): the two clusters with the least mean distance join, again and again.</summary>
public static class AverageLinkage
{
    /// <summary>
    /// The leaves of the whole tree from left to right, a permutation of 0 to n - 1. Where two clusters join, that with the
    /// lesser first leaf stands at the left; of equal distances the pair with the lesser leaves joins first.
    /// </summary>
    /// <param name="distances">Symmetric, [n][n]; the diagonal is not used.</param>
    /// <exception cref="AssumptionException">LengthMismatch: not square; NotFinite.</exception>
    public static int[] Order(IReadOnlyList<IReadOnlyList<double>> distances) =>
        [.. Clusters(distances, double.PositiveInfinity).SelectMany(cluster => cluster)];

    /// <summary>The clusters that are left when no two lie within a mean distance; each in the order of its tree, by first leaf.</summary>
    /// <param name="distances">Symmetric, [n][n]; the diagonal is not used.</param>
    /// <param name="within">The greatest mean distance at which clusters join.</param>
    /// <exception cref="AssumptionException">LengthMismatch: not square; NotFinite.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> Clusters(
        IReadOnlyList<IReadOnlyList<double>> distances,
        double within
    )
    {
        ArgumentNullException.ThrowIfNull(distances);
        var between = SquareMatrix.Copy(distances);
        var clusters = Enumerable.Range(0, between.Length).Select(i => new List<int> { i }).ToArray();
        var open = Enumerable.Range(0, between.Length).ToList();
        while (open.Count > 1)
        {
            var (first, second, distance) = Nearest(between, open);
            if (distance > within)
            {
                break;
            }

            double a = clusters[first].Count;
            double b = clusters[second].Count;
            foreach (var other in open)
            {
                var joined = ((a * between[first][other]) + (b * between[second][other])) / (a + b);
                between[first][other] = between[other][first] = joined;
            }

            clusters[first].AddRange(clusters[second]);
            open.Remove(second);
        }

        return [.. open.Select(i => clusters[i])];
    }

    private static (int First, int Second, double Distance) Nearest(double[][] between, List<int> open)
    {
        (int First, int Second, double Distance) nearest = (open[0], open[1], double.PositiveInfinity);
        for (var i = 0; i < open.Count; i++)
        {
            for (var j = i + 1; j < open.Count; j++)
            {
                if (between[open[i]][open[j]] < nearest.Distance)
                {
                    nearest = (open[i], open[j], between[open[i]][open[j]]);
                }
            }
        }

        return nearest;
    }
}
