using Semblance.Consistency;

namespace Semblance.Tests.Consistency;

/// <summary>The score straight from its definition, pair by pair and without any shortcut: what the fast way is held against.</summary>
internal static class PairByPair
{
    public static SetConsistency Of(float[] embeddings, int dimension)
    {
        var rows = embeddings.Chunk(dimension).Select(Unit).ToArray();
        var n = rows.Length;
        var similarity = new double[n, n];
        double total = 0,
            unclamped = 0;
        long negative = 0;
        var pairs = new List<double>();
        for (var i = 0; i < n; i++)
        {
            for (var j = i + 1; j < n; j++)
            {
                var cosine = rows[i].Zip(rows[j], (x, y) => x * y).Sum();
                similarity[i, j] = similarity[j, i] = Math.Max(100 * cosine, 0);
                negative += cosine < -1e-9 ? 1 : 0;
                unclamped += 100 * cosine;
                total += similarity[i, j];
                pairs.Add(similarity[i, j]);
            }
        }

        var perImage = Enumerable.Range(0, n).Select(i => RowSum(similarity, i) / (n - 1)).ToArray();
        double? error = null;
        if (n > 2)
        {
            var without = Enumerable
                .Range(0, n)
                .Select(i => (total - RowSum(similarity, i)) / ((n - 1.0) * (n - 2) / 2))
                .ToArray();
            var mean = without.Average();
            error = Math.Sqrt((n - 1.0) / n * without.Sum(x => (x - mean) * (x - mean)));
        }

        var centre = pairs.Average();
        return new SetConsistency(
            n,
            total / pairs.Count,
            unclamped / pairs.Count,
            perImage,
            Array.IndexOf(perImage, perImage.Max()),
            Array.IndexOf(perImage, perImage.Min()),
            pairs.Min(),
            pairs.Max(),
            error,
            n > 2 ? Math.Sqrt(pairs.Sum(x => (x - centre) * (x - centre)) / (pairs.Count - 1)) : null,
            negative
        );
    }

    private static double[] Unit(float[] row)
    {
        var norm = Math.Sqrt(row.Sum(x => (double)x * x));
        return Array.ConvertAll(row, x => x / norm);
    }

    private static double RowSum(double[,] matrix, int row) =>
        Enumerable.Range(0, matrix.GetLength(1)).Sum(column => matrix[row, column]);
}
