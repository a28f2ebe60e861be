using Semblance.Consistency;

namespace Semblance.Simulations;

/// <summary>A law of embeddings whose images are all of one kind: a common direction and normal numbers around it.</summary>
/// <param name="Name">To be read.</param>
/// <param name="Axes">Standard deviation along each axis across the common direction; the sum of squares is 1.</param>
/// <param name="Uneven">Standard deviation of the logarithm of an image's own factor; 0 where all scatter alike.</param>
internal sealed record SetLaw(string Name, double[] Axes, double Uneven = 0)
{
    public static readonly IReadOnlyList<SetLaw> All =
    [
        new("128 even dimensions", Falling(128, 0)),
        new("128 even dimensions, some images further off", Falling(128, 0), Uneven: 0.3),
        new("128 dimensions, variance 1/j", Falling(128, 0.5)),
        new("128 dimensions, variance 1/j^2", Falling(128, 1)),
        new("2 dimensions", Falling(2, 0)),
        new("1 dimension", Falling(1, 0)),
    ];

    public int Dimension => Axes.Length + 1;

    /// <summary>Embeddings, [images, <see cref="Dimension"/>].</summary>
    /// <param name="draws">Random numbers.</param>
    /// <param name="images">How many.</param>
    /// <param name="spread">Length across the common direction, where that along it is 1: pairs have a cosine of about 1 / (1 + spread^2).</param>
    public float[] Set(Draws draws, int images, double spread)
    {
        var values = new float[images * Dimension];
        for (var image = 0; image < images; image++)
        {
            var own = spread * (Uneven > 0 ? Math.Exp(Uneven * draws.Normal()) : 1);
            values[image * Dimension] = 1;
            for (var axis = 0; axis < Axes.Length; axis++)
            {
                values[(image * Dimension) + 1 + axis] = (float)(own * Axes[axis] * draws.Normal());
            }
        }

        return values;
    }

    private static double[] Falling(int dimensions, double power)
    {
        double[] axes = [.. Enumerable.Range(1, dimensions).Select(j => Math.Pow(j, -power))];
        var length = Math.Sqrt(axes.Sum(x => x * x));
        return Array.ConvertAll(axes, x => x / length);
    }
}

/// <summary>How often sets of one kind of image are said to have outliers or near-duplicates, and how often a stray image is found.</summary>
internal static class HomogeneousSets
{
    public static readonly IReadOnlyList<int> Sizes = [3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100];

    /// <summary>Pairs have about 80 points.</summary>
    private const double Spread = 0.5;

    /// <summary>Sets in which any image is an outlier, though none is.</summary>
    public static Rate FalseOutliers(SetLaw law, int images, int runs, ulong seed, int threads) =>
        Share(
            "sets with an outlier",
            law,
            images,
            0.05,
            runs,
            threads,
            study => Found(law, law.Set(new Draws(seed, study), images, Spread)).Count > 0
        );

    /// <summary>Sets whose first image is of another kind and is found: about 20 points further from the others than they are.</summary>
    public static Rate Strays(SetLaw law, int images, int runs, ulong seed, int threads) =>
        Share(
            "sets whose stray image is found",
            law,
            images,
            1,
            runs,
            threads,
            study =>
            {
                var draws = new Draws(seed + 1, study);
                var set = law.Set(draws, images, Spread);
                // Off by 45 degrees on an axis of its own would take 24 points of 80; the last axis is the least used.
                set[law.Dimension - 1] += 1;
                return Found(law, set).Contains(0);
            }
        );

    /// <summary>Sets of 20 different images in which any two count as near-duplicates.</summary>
    /// <param name="law">Where they come from.</param>
    /// <param name="score">Of the set, about.</param>
    /// <param name="runs">How many sets.</param>
    /// <param name="seed">Of all of them.</param>
    /// <param name="threads">0 for all cores.</param>
    public static Rate FalseDuplicates(SetLaw law, double score, int runs, ulong seed, int threads) =>
        Share(
            $"sets of score {score} with near-duplicates",
            law,
            20,
            0.05,
            runs,
            threads,
            study =>
                NearDuplicates
                    .Of(
                        law.Set(new Draws(seed + 2, study), 20, Math.Sqrt((100 / score) - 1)),
                        law.Dimension,
                        threads: new Threads(1)
                    )
                    .Count > 0
        );

    private static IReadOnlyList<int> Found(SetLaw law, float[] set) =>
        Outliers.Of(ConsistencyScore.Of(set, law.Dimension, new ScoreOptions { Threads = new Threads(1) }).PerImage);

    private static Rate Share(
        string what,
        SetLaw law,
        int images,
        double nominal,
        int runs,
        int threads,
        Func<int, bool> happens
    )
    {
        var happened = new bool[runs];
        new Threads(threads).Run(runs, run => happened[run] = happens(run));
        return new Rate(what, law.Name, images, nominal, true, happened.Count(one => one), runs);
    }
}
