using CsCheck;
using Semblance.Consistency;

namespace Semblance.Tests.Consistency;

public sealed class ConsistencyFloorTests
{
    /// <summary>Two to seven prompts of one model: from all in one cone to all directions, also without negative components.</summary>
    private static readonly Gen<EmbeddingSet[]> Prompts = Gen.Select(
            Gen.Int[1, 40],
            Gen.Int[1, 9].Array[2, 7],
            Gen.OneOf(new[] { 0.1, 0.6, 1, 2, 1000 }.Select(Gen.Const).ToArray()),
            Gen.Bool,
            Gen.Int
        )
        .Select(
            (dimension, images, spread, nonNegative, seed) =>
            {
                var all = Sets.Round(images.Sum(), dimension, spread, seed);
                var values = nonNegative ? Array.ConvertAll(all.Values, x => Math.Abs(x) + 1e-3f) : all.Values;
                var from = 0;
                return images
                    .Select(n =>
                    {
                        var part = values.AsSpan(from * dimension, n * dimension).ToArray();
                        from += n;
                        return new EmbeddingSet(part, dimension);
                    })
                    .ToArray();
            }
        );

    [Fact]
    public void Worked_by_hand()
    {
        // Prompt 1: east, east. Prompt 2: north. Prompt 3: west, north-east.
        // 1-2: 0, 0. 1-3: west clamped to 0, 70.71..., twice: 35.355. 2-3: 0 and 70.71: 35.355. Mean: 23.57.
        var r = (float)Math.Sqrt(0.5);
        var floor = Of([new([1, 0, 2, 0], 2), new([0, 3], 2), new([-1, 0, r, r], 2)])!;
        Assert.Equal(100 * Math.Sqrt(0.5) / 3, floor.Score, 1e-5);
        Assert.Equal(3, floor.PromptPairs);
        Assert.Equal(2 + 4 + 2, floor.ImagePairs);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    public void Identical_images_have_a_floor_of_100_and_no_calibration(int dimension)
    {
        float[] image = [.. Enumerable.Range(0, dimension).Select(k => 0.1f + (0.37f * k))];
        var floor = Of([
            .. Enumerable
                .Range(1, 4)
                .Select(n => new EmbeddingSet([.. Enumerable.Repeat(image, n).SelectMany(row => row)], dimension)),
        ])!;
        Assert.Equal(100, floor.Score);
        Assert.Null(floor.Calibrate(100));
    }

    [Fact]
    public void Fast_and_pair_by_pair_agree() =>
        Prompts.Sample(sets =>
        {
            var floor = Of(sets)!;
            Assert.Equal(PairByPairFloor(sets), floor.Score, 1e-9);
        });

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.2)]
    [InlineData(1000)]
    public void Many_images_agree_too_whatever_the_threads(double spread)
    {
        // More than one tile of pairs, and uneven prompts.
        var sets = Enumerable.Range(0, 30).Select(i => Sets.Round(5 + i, 64, spread, i / 2)).ToArray();
        var floor = Of(sets, threads: 1)!;
        Assert.Equal(PairByPairFloor(sets), floor.Score, 1e-9);
        Assert.Equal(floor, Of(sets, threads: 2));
        Assert.Equal(floor, Of(sets, threads: 7));
    }

    [Fact]
    public void Neither_the_order_of_prompts_nor_copies_of_all_images_of_a_prompt_matter() =>
        Gen.Select(Prompts, Gen.Int)
            .Sample(
                (sets, seed) =>
                {
                    var shuffled = sets.ToArray();
                    new Random(seed).Shuffle(shuffled);
                    var doubled = sets.Select((set, i) => i == 0 ? set.With([.. set.Rows, .. set.Rows]) : set)
                        .ToArray();
                    var floor = Of(sets)!.Score;
                    Assert.Equal(floor, Of(shuffled)!.Score, 1e-9);
                    Assert.Equal(floor, Of(doubled)!.Score, 1e-9);
                }
            );

    [Fact]
    public void One_prompt_has_no_floor() => Assert.Null(Of([new([1, 0, 0, 1], 2)]));

    [Fact]
    public void Every_model_weighs_the_same()
    {
        // Model a: two prompts at 60 degrees, one image each. Model b: three that are one picture. Model c: one prompt.
        float[][] sets =
        [
            [1, 0],
            [1, 0],
            [0, 2, 0, 1],
            [1, 0],
            [0.5f, 0.8660254f],
            [1, 0],
        ];
        string[] models = ["b", "a", "c", "b", "a", "b"];
        var floor = ConsistencyFloor.OfModels(
            [.. models.Zip(sets, (model, set) => (model, set.Length / 2))],
            2,
            (set, vectors) => sets[set].CopyTo(vectors)
        )!;
        Assert.Equal((50 + 100) / 2.0, floor.Score, 1e-5);
        Assert.Equal(1 + 3, floor.PromptPairs);
        Assert.Equal(1 + 3, floor.ImagePairs);
        Assert.Null(ConsistencyFloor.OfModels([("a", 2)], 2, (_, _) => { }));
    }

    [Theory]
    [InlineData(60, 80, 50.0)]
    [InlineData(60, 60, 0.0)]
    [InlineData(60, 100, 100.0)]
    [InlineData(60, 40, -50.0)]
    [InlineData(0, 40, 40.0)]
    [InlineData(100, 100, null)]
    public void Calibrated_is_0_at_the_floor_and_100_at_100(double floor, double scs, double? expected) =>
        Assert.Equal(expected, new ConsistencyFloor(floor, 1, 1).Calibrate(scs));

    [Fact]
    public void Too_many_images_whose_pairs_may_be_negative_have_no_floor()
    {
        ConsistencyFloor? Floor(int images, float second) =>
            ConsistencyFloor.Of([images, images], 2, (set, vectors) => vectors.Fill(set == 0 ? 1 : second));

        Assert.Null(Floor(25_001, -1));
        Assert.Equal(0, Floor(20, -1)!.Score, 1e-9);
        Assert.Equal(100, Floor(25_001, 1)!.Score, 1e-9);
    }

    [Fact]
    public void A_row_without_direction_is_refused() =>
        Assert.Throws<EmbeddingException>(() => Of([new([1, 0, 0, 0], 2), new([0, 1], 2)]));

    private static ConsistencyFloor? Of(EmbeddingSet[] sets, int threads = 0) =>
        ConsistencyFloor.Of(
            [.. sets.Select(set => set.Images)],
            sets[0].Dimension,
            (set, vectors) => sets[set].Values.CopyTo(vectors),
            threads
        );

    /// <summary>Straight from the definition.</summary>
    private static double PairByPairFloor(EmbeddingSet[] sets)
    {
        var pairs = new List<double>();
        for (var p = 0; p < sets.Length; p++)
        {
            for (var q = p + 1; q < sets.Length; q++)
            {
                pairs.Add(
                    sets[p].Rows.SelectMany(a => sets[q].Rows.Select(b => Math.Max(0, 100 * Cosine(a, b)))).Average()
                );
            }
        }

        return pairs.Average();
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));
}
