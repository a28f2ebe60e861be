namespace Semblance.Samples.Tests;

/// <summary>The score as the paper defines it, pair by pair, and its jackknife by leaving out one image after another.</summary>
internal static class PlainScore
{
    public static double Of(IReadOnlyList<float[]> vectors)
    {
        List<double> pairs = [];
        for (var i = 0; i < vectors.Count; i++)
        {
            for (var j = i + 1; j < vectors.Count; j++)
            {
                pairs.Add(Math.Max(100 * Cosine(vectors[i], vectors[j]), 0));
            }
        }

        return pairs.Average();
    }

    public static double StandardError(IReadOnlyList<float[]> vectors)
    {
        double[] without = [.. vectors.Select(left => Of([.. vectors.Where(other => !ReferenceEquals(other, left))]))];
        var mean = without.Average();
        return Math.Sqrt((without.Length - 1.0) / without.Length * without.Sum(x => (x - mean) * (x - mean)));
    }

    private static double Cosine(float[] a, float[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
