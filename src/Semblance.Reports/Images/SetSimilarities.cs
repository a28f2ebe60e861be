using Semblance.Consistency;
using Semblance.Runs.Folder;
using Semblance.Statistics;

namespace Semblance.Reports.Images;

/// <summary>How alike the images of one set are.</summary>
/// <param name="Images">Those that have an embedding, [n].</param>
/// <param name="Vectors">Of length 1, [n].</param>
internal sealed record SetSimilarities(IReadOnlyList<ImageRecord> Images, IReadOnlyList<ReadOnlyMemory<float>> Vectors)
{
    private readonly double[][] _pairs = Pairs(Vectors);

    /// <summary>100 cos, clamped at 0, [n][n]; 100 on the diagonal.</summary>
    public double[][] Matrix => _pairs;

    /// <summary>Mean similarity of each image to the others, [n].</summary>
    public double[] Means() => [.. _pairs.Select((row, i) => (row.Sum() - row[i]) / Math.Max(1, row.Length - 1))];

    /// <summary>Groups of near-duplicates: images that are joined by pairs of at least 99.9. Each has two images or more.</summary>
    public IReadOnlyList<IReadOnlyList<int>> NearDuplicateGroups()
    {
        var group = Enumerable.Range(0, Images.Count).ToArray();
        for (var i = 0; i < group.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (_pairs[i][j] >= NearDuplicates.DefaultThreshold && group[i] != group[j])
                {
                    var (from, to) = (group[i], group[j]);
                    group = Array.ConvertAll(group, own => own == from ? to : own);
                }
            }
        }

        return
        [
            .. group
                .Select((own, i) => (own, i))
                .GroupBy(one => one.own, one => one.i)
                .Where(one => one.Count() > 1)
                .Select(one => (IReadOnlyList<int>)[.. one]),
        ];
    }

    /// <summary>
    /// Modes: clusters whose images are, on average, nearer to identical than to images of other prompts. The limit is
    /// half-way from the floor to 100.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>> Modes(double floor) =>
        AverageLinkage.Clusters(
            [.. _pairs.Select(row => Array.ConvertAll(row, similarity => 100 - similarity))],
            (100 - floor) / 2
        );

    /// <summary>Cosine of two unit vectors.</summary>
    public static double Cosine(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var sum = 0.0;
        for (var k = 0; k < one.Length; k++)
        {
            sum += (double)one[k] * other[k];
        }

        return sum;
    }

    private static double[][] Pairs(IReadOnlyList<ReadOnlyMemory<float>> vectors)
    {
        var n = vectors.Count;
        double[][] pairs = [.. Enumerable.Range(0, n).Select(_ => new double[n])];
        for (var i = 0; i < n; i++)
        {
            pairs[i][i] = 100;
            for (var j = 0; j < i; j++)
            {
                pairs[i][j] = pairs[j][i] = Math.Clamp(100 * Cosine(vectors[i].Span, vectors[j].Span), 0, 100);
            }
        }

        return pairs;
    }
}
