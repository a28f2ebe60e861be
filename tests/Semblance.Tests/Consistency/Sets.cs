using CsCheck;

namespace Semblance.Tests.Consistency;

/// <summary>Embeddings to try: a set is [n, dimension] numbers.</summary>
internal sealed record EmbeddingSet(float[] Values, int Dimension)
{
    public int Images => Values.Length / Dimension;

    public IEnumerable<float[]> Rows => Values.Chunk(Dimension);

    public EmbeddingSet With(IEnumerable<float[]> rows) => new([.. rows.SelectMany(x => x)], Dimension);
}

internal static class Sets
{
    /// <summary>From tight clusters (spread 0.1) to all directions (spread 1000), 2 to 40 images, 1 to 70 dimensions.</summary>
    public static readonly Gen<EmbeddingSet> Any = Gen.Select(
            Gen.Int[2, 40],
            Gen.Int[1, 70],
            Gen.OneOf(new[] { 0.1, 0.5, 0.8, 1, 1.5, 3, 1000 }.Select(Gen.Const).ToArray()),
            Gen.Int
        )
        .Select((n, d, spread, seed) => Round(n, d, spread, seed));

    /// <summary>Normal numbers around one random centre; the angle to it is about atan(<paramref name="spread"/>).</summary>
    public static EmbeddingSet Round(int n, int dimension, double spread, int seed)
    {
        var random = new Random(seed);
        var centre = Normals(random, dimension);
        var values = new float[n * dimension];
        for (var i = 0; i < n; i++)
        {
            var off = Normals(random, dimension);
            for (var k = 0; k < dimension; k++)
            {
                values[(i * dimension) + k] = (float)(centre[k] + (spread * off[k]));
            }
        }

        return new EmbeddingSet(values, dimension);
    }

    private static double[] Normals(Random random, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                    Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())
                ),
        ];
}
