using CsCheck;
using Semblance.Consistency;

namespace Semblance.Tests.Consistency;

public sealed class NearDuplicatesTests
{
    [Fact]
    public void Copies_and_only_copies_are_found_whatever_their_length()
    {
        // Row 1 = row 3 times two; row 2 is 5.7 degrees from row 0 (cosine 0.995).
        var only = Assert.Single(NearDuplicates.Of([1, 0, 0, 3, 1, 0.1f, 0, 6], 2));
        Assert.Equal([1, 3], only.Rows);
        Assert.Equal((1, 3), Indices(Assert.Single(only.Pairs)));
        Assert.Equal(100, only.Similarity, 1e-12);
        Assert.Equal(
            [
                [0, 2],
                [1, 3],
            ],
            NearDuplicates.Of([1, 0, 0, 3, 1, 0.1f, 0, 6], 2, 99).Select(group => group.Rows)
        );
    }

    [Fact]
    public void Equal_rows_are_found_at_a_threshold_of_100()
    {
        var only = Assert.Single(NearDuplicates.Of([.1f, .7f, -.3f, .1f, .7f, -.3f, .2f, 1.4f, -.6f], 3, 100));
        Assert.Equal([0, 1, 2], only.Rows);
        Assert.Equal([(0, 1), (0, 2)], only.Pairs.Select(Indices));
    }

    [Fact]
    public void A_chain_is_one_group_as_strong_as_its_weakest_link_and_each_row_names_the_nearest_before_it()
    {
        // Angles of 0, 2.5, 1 and 1 degrees, and one far off: from 0 to 1 is 99.985, from 1 to 2.5 is 99.966.
        float[] rows = [.. new[] { 0, 2.5, 1, 1, 40 }.SelectMany(At)];
        var only = Assert.Single(NearDuplicates.Of(rows, 2));
        Assert.Equal([0, 1, 2, 3], only.Rows);
        Assert.Equal([(0, 1), (0, 2), (2, 3)], only.Pairs.Select(Indices));
        Assert.Equal(100 * Math.Cos(1.5 * Math.PI / 180), only.Similarity, 1e-4);

        static float[] At(double degrees) =>
            [(float)Math.Cos(degrees * Math.PI / 180), (float)Math.Sin(degrees * Math.PI / 180)];
    }

    [Fact]
    public void Groups_are_what_all_pairs_at_or_above_the_threshold_join() =>
        Gen.Select(Sets.Any, Gen.Double[1, 99.99])
            .Sample(
                (set, threshold) =>
                {
                    // The score of each pair by itself says what must be found.
                    var rows = set.Rows.ToArray();
                    var pairs = (
                        from j in Enumerable.Range(0, rows.Length)
                        from i in Enumerable.Range(0, j)
                        let scs = PairByPair.Of([.. rows[i], .. rows[j]], set.Dimension).Scs
                        where scs >= threshold
                        select (i, j, scs)
                    ).ToArray();
                    var found = NearDuplicates.Of(set.Values, set.Dimension, threshold);
                    Assert.Equal(Joined(rows.Length, pairs), found.Select(group => string.Join(' ', group.Rows)));
                    Assert.Equal(
                        pairs.Select(pair => pair.j).Distinct(),
                        found.SelectMany(group => group.Pairs).Select(pair => pair.Second).Order()
                    );
                    foreach (var pair in found.SelectMany(group => group.Pairs))
                    {
                        var best = pairs.Where(one => one.j == pair.Second).Max(one => one.scs);
                        Assert.Equal(best, pair.Similarity, 1e-5);
                    }

                    // At its similarity a group holds together, and just above it no more.
                    foreach (var group in found)
                    {
                        Assert.Equal(1, Parts(group, group.Similarity - 1e-5));
                        Assert.True(Parts(group, group.Similarity + 1e-5) > 1);
                    }

                    int Parts(SimilarGroup group, double least)
                    {
                        (int, int, double)[] own = [.. pairs.Where(pair => pair.scs >= least)];
                        var joined = Joined(rows.Length, own)
                            .Select(text => text.Split(' ').Select(int.Parse).ToArray());
                        return group
                            .Rows.GroupBy(row => joined.FirstOrDefault(one => one.Contains(row))?[0] ?? row)
                            .Count();
                    }
                }
            );

    [Fact]
    public void Copies_far_apart_in_a_large_set_are_found()
    {
        const int Dimension = 40;
        var set = Sets.Round(1200, Dimension, 0.4, 3);
        set.Values.AsSpan(17 * Dimension, Dimension).CopyTo(set.Values.AsSpan(1111 * Dimension));
        set.Values.AsSpan(900 * Dimension, Dimension).CopyTo(set.Values.AsSpan(3 * Dimension));

        var groups = NearDuplicates.Of(set.Values, Dimension, threads: 3);

        Assert.Equal(
            [
                [3, 900],
                [17, 1111],
            ],
            groups.Select(group => group.Rows)
        );
    }

    [Fact]
    public void Thousands_of_equal_rows_are_one_group_with_one_pair_a_row()
    {
        const int Count = 4000;
        var only = Assert.Single(
            NearDuplicates.Of([.. Enumerable.Range(0, Count).SelectMany(_ => (float[])[0.3f, -0.7f, 0.2f])], 3)
        );
        Assert.Equal(Enumerable.Range(0, Count), only.Rows);
        Assert.Equal(Enumerable.Range(1, Count - 1).Select(row => (0, row)), only.Pairs.Select(Indices));
    }

    [Fact]
    public void A_single_image_has_no_duplicate() => Assert.Empty(NearDuplicates.Of([1, 2], 2));

    [Fact]
    public void A_row_without_direction_is_named() =>
        Assert.Equal(1, Assert.Throws<EmbeddingException>(() => NearDuplicates.Of([1, 2, 0, 0], 2)).Row);

    private static (int First, int Second) Indices(SimilarPair pair) => (pair.First, pair.Second);

    /// <summary>Groups of two and more, by the plainest way: everybody takes the smallest number among those joined.</summary>
    private static IEnumerable<string> Joined(int rows, (int I, int J, double Scs)[] pairs)
    {
        int[] label = [.. Enumerable.Range(0, rows)];
        for (var again = true; again; )
        {
            again = false;
            foreach (var (i, j, _) in pairs.Where(pair => label[pair.I] != label[pair.J]))
            {
                label[i] = label[j] = Math.Min(label[i], label[j]);
                again = true;
            }
        }

        return label
            .Select((own, row) => (own, row))
            .GroupBy(one => one.own, one => one.row)
            .Where(group => group.Count() > 1)
            .Select(group => string.Join(' ', group));
    }
}
