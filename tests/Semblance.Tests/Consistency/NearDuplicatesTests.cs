using CsCheck;
using Semblance.Consistency;

namespace Semblance.Tests.Consistency;

public sealed class NearDuplicatesTests
{
    [Fact]
    public void Copies_and_only_copies_are_found_whatever_their_length()
    {
        // Row 1 = row 3 times two; row 2 is 5.7 degrees from row 0 (cosine 0.995).
        var pairs = NearDuplicates.Of([1, 0, 0, 3, 1, 0.1f, 0, 6], 2);

        var only = Assert.Single(pairs);
        Assert.Equal((1, 3), (only.First, only.Second));
        Assert.Equal(100, only.Similarity, 1e-12);
        Assert.Equal(2, NearDuplicates.Of([1, 0, 0, 3, 1, 0.1f, 0, 6], 2, 99).Count);
    }

    [Fact]
    public void Equal_rows_are_found_at_a_threshold_of_100() =>
        Assert.Equal(3, NearDuplicates.Of([.1f, .7f, -.3f, .1f, .7f, -.3f, .2f, 1.4f, -.6f], 3, 100).Count);

    [Fact]
    public void Every_pair_at_or_above_the_threshold_is_found_once_in_order() =>
        Gen.Select(Sets.Any, Gen.Double[1, 99.99])
            .Sample(
                (set, threshold) =>
                {
                    // The score of each pair by itself says what must be found.
                    var rows = set.Rows.ToArray();
                    var expected =
                        from i in Enumerable.Range(0, rows.Length)
                        from j in Enumerable.Range(i + 1, rows.Length - i - 1)
                        where PairByPair.Of([.. rows[i], .. rows[j]], set.Dimension).Scs >= threshold
                        select (i, j);
                    var found = NearDuplicates.Of(set.Values, set.Dimension, threshold);
                    Assert.Equal(expected, found.Select(x => (x.First, x.Second)));
                }
            );

    [Fact]
    public void Copies_far_apart_in_a_large_set_are_found()
    {
        const int Dimension = 40;
        var set = Sets.Round(1200, Dimension, 0.4, 3);
        set.Values.AsSpan(17 * Dimension, Dimension).CopyTo(set.Values.AsSpan(1111 * Dimension));
        set.Values.AsSpan(900 * Dimension, Dimension).CopyTo(set.Values.AsSpan(3 * Dimension));

        var pairs = NearDuplicates.Of(set.Values, Dimension, threads: 3);

        Assert.Equal([(3, 900), (17, 1111)], pairs.Select(x => (x.First, x.Second)));
    }

    [Fact]
    public void A_single_image_has_no_duplicate() => Assert.Empty(NearDuplicates.Of([1, 2], 2));

    [Fact]
    public void A_row_without_direction_is_named() =>
        Assert.Equal(1, Assert.Throws<EmbeddingException>(() => NearDuplicates.Of([1, 2, 0, 0], 2)).Row);
}
