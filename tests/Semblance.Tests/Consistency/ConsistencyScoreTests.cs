using CsCheck;
using Semblance.Consistency;

namespace Semblance.Tests.Consistency;

public sealed class ConsistencyScoreTests
{
    [Fact]
    public void Three_vectors_worked_by_hand()
    {
        // (1,0), (0.6,0.8), (-1,0): cosines 0.6, -1 and -0.6; only the first counts.
        var score = ConsistencyScore.Of([1, 0, 3, 4, -2, 0], 2);

        Assert.Equal(20, score.Scs, 1e-12);
        Assert.Equal(-100.0 / 3, score.Unclamped, 1e-12);
        Assert.Equal(2, score.NegativePairs);
        Assert.Equal([30, 30, 0], score.PerImage.Select(x => Math.Round(x, 9)));
        Assert.Equal(0, score.Medoid);
        Assert.Equal(2, score.Outlier);
        Assert.Equal(0, score.MinPair);
        Assert.Equal(60, score.MaxPair!.Value, 1e-12);

        // Leaving one out leaves one pair: 0, 0 and 60; their mean is 20, so 2/3 (400 + 400 + 1600) under the root.
        Assert.Equal(40, score.StandardError!.Value, 1e-9);

        // 60, 0, 0 have variance (1600 + 400 + 400) / 2.
        Assert.Equal(Math.Sqrt(1200), score.PairStandardDeviation!.Value, 1e-9);
    }

    [Fact]
    public void Two_images_score_their_cosine_and_have_no_standard_error()
    {
        var score = ConsistencyScore.Of([1, 0, 3, 4], 2);

        Assert.Equal(60, score.Scs, 1e-12);
        Assert.Equal([60, 60], score.PerImage.Select(x => Math.Round(x, 9)));
        Assert.Null(score.StandardError);
        Assert.Null(score.PairStandardDeviation);
        Assert.Equal(0, score.Medoid);
        Assert.Equal(0, score.Outlier);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(7, 33)]
    [InlineData(300, 512)]
    public void Identical_images_score_100(int n, int dimension)
    {
        var row = Sets.Round(1, dimension, 1, n);
        var score = ConsistencyScore.Of(row.With(Enumerable.Repeat(row.Values, n)).Values, dimension);

        Assert.Equal(100, score.Scs, 1e-10);
        Assert.True(score.Scs <= 100);
        Assert.Equal(0, score.Medoid);
        Assert.Equal(0, score.Outlier);
        Assert.Equal(100, score.MinPair!.Value, 1e-10);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(250)]
    public void Axis_aligned_vectors_score_0(int n)
    {
        var axes = new float[n * n];
        for (var i = 0; i < n; i++)
        {
            axes[(i * n) + i] = i + 1;
        }

        var score = ConsistencyScore.Of(axes, n);

        Assert.Equal(0, score.Scs, 1e-12);
        Assert.Equal(0, score.NegativePairs);
        Assert.Equal(0, score.MaxPair!.Value, 1e-12);
    }

    [Theory]
    [InlineData(new[] { 1, 0, -0.6f, 0.7f, -0.5f, -0.9f })]
    [InlineData(new float[] { 1, 0, -3, 4, -2, -5 })]
    [InlineData(new[] { 1, 0, -0.7f, 0.5f, -0.4f, -0.8f })]
    public void Where_all_pairs_are_negative_their_clamped_cosines_do_not_vary(float[] vectors)
    {
        var score = ConsistencyScore.Of(vectors, 2);

        Assert.Equal(3, score.NegativePairs);
        Assert.Equal(0, score.PairStandardDeviation);
    }

    [Fact]
    public void Any_set_scores_what_its_pairs_say() =>
        Sets.Any.Sample(set =>
            Alike.Assert(PairByPair.Of(set.Values, set.Dimension), ConsistencyScore.Of(set.Values, set.Dimension))
        );

    [Theory]
    [InlineData(97, 200, 0.5)]
    [InlineData(500, 40, 0.9)]
    [InlineData(500, 8, 0.7)]
    [InlineData(611, 130, 1000)]
    public void Sets_of_many_tiles_score_what_their_pairs_say(int n, int dimension, double spread)
    {
        var set = Sets.Round(n, dimension, spread, n);
        var expected = PairByPair.Of(set.Values, dimension);

        Alike.Assert(expected, ConsistencyScore.Of(set.Values, dimension));

        // Without the pair limit only the pairs that may be negative are looked at.
        var sparse = ConsistencyScore.Of(set.Values, dimension, new ScoreOptions { PairLimit = 0 });
        Alike.Assert(expected with { MinPair = null, MaxPair = null, PairStandardDeviation = null }, sparse);
    }

    [Fact]
    public void The_score_alone_is_the_score() =>
        Sets.Any.Sample(set =>
        {
            var whole = ConsistencyScore.Of(set.Values, set.Dimension);
            var alone = ConsistencyScore.Of(set.Values, set.Dimension, new ScoreOptions { ScoreOnly = true });
            Assert.Equal(whole.Scs, alone.Scs, 1e-10);
            Assert.Equal(whole.Unclamped, alone.Unclamped);
            Assert.Equal(whole.NegativePairs, alone.NegativePairs);
            Assert.Empty(alone.PerImage);
            Assert.Null(alone.StandardError);
            Assert.Null(alone.MinPair);
        });

    [Fact]
    public void Order_does_not_matter() =>
        Gen.Select(Sets.Any, Gen.Int)
            .Sample(
                (set, seed) =>
                {
                    var order = Enumerable.Range(0, set.Images).ToArray();
                    new Random(seed).Shuffle(order);
                    var rows = set.Rows.ToArray();
                    var first = ConsistencyScore.Of(set.Values, set.Dimension);
                    var other = ConsistencyScore.Of(set.With(order.Select(i => rows[i])).Values, set.Dimension);
                    Assert.Equal(first.Scs, other.Scs, 1e-10);
                    Assert.Equal(first.Unclamped, other.Unclamped, 1e-10);
                    Alike.Near(first.StandardError, other.StandardError, 1e-7);
                    for (var i = 0; i < order.Length; i++)
                    {
                        Assert.Equal(first.PerImage[order[i]], other.PerImage[i], 1e-10);
                    }
                }
            );

    [Fact]
    public void Lengths_do_not_matter() =>
        Gen.Select(Sets.Any, Gen.Int)
            .Sample(
                (set, seed) =>
                {
                    // Powers of two scale a float32 without rounding.
                    var random = new Random(seed);
                    var scaled = set.With(
                        set.Rows.Select(row =>
                        {
                            var scale = MathF.ScaleB(1, random.Next(-60, 60));
                            return Array.ConvertAll(row, x => x * scale);
                        })
                    );
                    Alike.Assert(
                        ConsistencyScore.Of(set.Values, set.Dimension),
                        ConsistencyScore.Of(scaled.Values, set.Dimension)
                    );
                }
            );

    [Fact]
    public void Each_image_twice_adds_one_pair_of_100_per_image_to_four_of_each_pair() =>
        Sets.Any.Sample(set =>
        {
            var n = set.Images;
            var once = ConsistencyScore.Of(set.Values, set.Dimension).Scs * n * (n - 1) / 2;
            var twice = ConsistencyScore.Of([.. set.Values, .. set.Values], set.Dimension).Scs;
            Assert.Equal(((4 * once) + (100 * n)) / (n * (2.0 * n - 1)), twice, 1e-9);
        });

    [Fact]
    public void Numbers_stay_within_their_bounds() =>
        Sets.Any.Sample(set =>
        {
            var score = ConsistencyScore.Of(set.Values, set.Dimension);
            Assert.InRange(score.Scs, 0, 100);
            Assert.InRange(score.Unclamped, -100, score.Scs + 1e-10);
            Assert.All(score.PerImage, x => Assert.InRange(x, 0, 100));
            Assert.InRange(score.Scs, score.MinPair!.Value - 1e-10, score.MaxPair!.Value + 1e-10);
            Assert.Equal(score.Scs, score.PerImage.Average(), 1e-10);
            Assert.True(score.StandardError is null or >= 0);
        });

    [Theory]
    [InlineData(5000, 24, 0.4)]
    [InlineData(3001, 48, 1000)]
    [InlineData(2500, 10, 0.8)]
    [Trait("speed", "slow")]
    public void The_number_of_threads_does_not_change_a_bit(int n, int dimension, double spread)
    {
        var set = Sets.Round(n, dimension, spread, 5);
        foreach (
            var options in new[]
            {
                new ScoreOptions(),
                new ScoreOptions { ScoreOnly = true },
                new ScoreOptions { PairLimit = 0 },
            }
        )
        {
            var one = ConsistencyScore.Of(set.Values, dimension, options with { Threads = 1 });
            foreach (var threads in new[] { 0, 2, 3, 7 })
            {
                var many = ConsistencyScore.Of(set.Values, dimension, options with { Threads = threads });
                Assert.Equal(one.PerImage, many.PerImage);
                Assert.Equal(one, many with { PerImage = one.PerImage });
            }
        }
    }

    [Fact]
    [Trait("speed", "slow")]
    public void More_rows_than_are_packed_at_once_score_what_the_unit_sums_say()
    {
        // Two opposite clusters on a line: like pairs are 1, unlike -1, so the score is known without any product.
        const int Images = 17_000;
        var line = Enumerable.Range(0, Images).Select(i => i % 4 == 0 ? -1f : 2f).ToArray();
        double left = Images / 4,
            right = Images - (Images / 4);
        var pairs = Images * (Images - 1.0) / 2;

        var score = ConsistencyScore.Of(line, 1);

        Assert.Equal(100 * ((left * (left - 1)) + (right * (right - 1))) / 2 / pairs, score.Scs, 1e-9);
        Assert.Equal((long)(left * right), score.NegativePairs);
        Assert.Equal(100 * (left - 1) / (Images - 1), score.PerImage[0], 1e-9);
        Assert.Equal(100 * (right - 1) / (Images - 1), score.PerImage[1], 1e-9);
        Assert.Equal(1, score.Medoid);
        Assert.Equal(0, score.Outlier);
    }

    [Fact]
    public void Too_few_or_odd_numbers_of_values_are_refused()
    {
        Assert.Contains("two images", Assert.Throws<EmbeddingException>(() => One()).Message, StringComparison.Ordinal);
        Assert.Contains("multiple", Assert.Throws<EmbeddingException>(() => Odd()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyScore.Of([1f, 2f], 0));

        static void One() => ConsistencyScore.Of([1f, 2f], 2);
        static void Odd() => ConsistencyScore.Of([1f, 2f, 3f], 2);
    }

    [Theory]
    [InlineData(float.NaN, "not finite")]
    [InlineData(float.PositiveInfinity, "not finite")]
    [InlineData(float.NegativeInfinity, "not finite")]
    [InlineData(0f, "no direction")]
    public void The_first_bad_row_is_named(float value, string fault)
    {
        const int Dimension = 19;
        foreach (var row in new[] { 0, 3, 5, 1030, 2499 })
        {
            var set = Sets.Round(2500, Dimension, 0.3, row);
            set.Values.AsSpan(row * Dimension, Dimension).Fill(value);
            set.Values.AsSpan(2499 * Dimension, Dimension).Fill(value);
            var error = Assert.Throws<EmbeddingException>(() => ConsistencyScore.Of(set.Values, Dimension));
            Assert.Equal(row, error.Row);
            Assert.Contains(fault, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_smallest_and_largest_floats_have_a_direction()
    {
        var tiny = float.Epsilon;
        Assert.Equal(100, ConsistencyScore.Of([tiny, 0, float.MaxValue, 0], 2).Scs, 1e-12);
        Assert.Equal(50, ConsistencyScore.Of([tiny, tiny, tiny, 0], 2).Scs / Math.Sqrt(2), 1e-12);
        var alone = ConsistencyScore.Of([tiny, -tiny, -tiny, tiny], 2, new ScoreOptions { ScoreOnly = true });
        Assert.Equal(0, alone.Scs);
    }
}
