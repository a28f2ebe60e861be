using CsCheck;
using Semblance.Consistency;

namespace Semblance.Tests.Consistency;

public sealed class ConsistencySumsTests
{
    [Fact]
    public void Merged_parts_are_the_whole() =>
        Gen.Select(Sets.Any, Gen.Int[0, 40], Gen.Int[0, 40])
            .Sample(
                (set, a, b) =>
                {
                    var first = Math.Min(Math.Min(a, b), set.Images) * set.Dimension;
                    var second = Math.Min(Math.Max(a, b), set.Images) * set.Dimension;
                    var x = ConsistencySums.Of(set.Values.AsSpan(0, first), set.Dimension);
                    var y = ConsistencySums.Of(set.Values.AsSpan(first, second - first), set.Dimension);
                    var z = ConsistencySums.Of(set.Values.AsSpan(second), set.Dimension);
                    var whole = ConsistencyScore.Of(set.Values, set.Dimension);
                    foreach (var merged in new[] { x.Merge(y).Merge(z), z.Merge(x.Merge(y)), y.Merge(z).Merge(x) })
                    {
                        Assert.Equal(set.Images, merged.Images);
                        Assert.Equal(whole.Unclamped, merged.Unclamped, 1e-10);
                        Assert.Equal(whole.Scs, merged.Scs ?? whole.Scs, 1e-10);

                        // What it claims must hold; the other way round it may be too careful.
                        Assert.False(merged.NoPairIsNegative && whole.NegativePairs > 0);
                    }
                }
            );

    [Fact]
    public void Parts_round_one_direction_are_known_to_have_no_negative_pair()
    {
        var set = Sets.Round(400, 200, 0.5, 1);
        var sums = ConsistencySums.Of([], 200);
        foreach (var part in set.Values.Chunk(100 * 200))
        {
            sums = sums.Add(part);
        }

        Assert.True(sums.NoPairIsNegative);
        Assert.Equal(ConsistencyScore.Of(set.Values, 200).Scs, sums.Scs!.Value, 1e-10);
    }

    [Fact]
    public void Parts_that_point_apart_are_not_taken_for_one_cone()
    {
        // Each half is a bundle of its own, 143 degrees from the other.
        var sums = ConsistencySums.Of([1, 0, 2, 0], 2).Merge(ConsistencySums.Of([-4, 3, -4, 3], 2));
        Assert.False(sums.NoPairIsNegative);
        Assert.Null(sums.Scs);
        Assert.Equal(100 * (2 - (4 * 0.8)) / 6, sums.Unclamped, 1e-12);
    }

    [Fact]
    public void Vectors_without_negative_components_need_no_cone()
    {
        var sums = ConsistencySums.Of([1, 0, 0], 3).Add([0, 5, 0]).Add([0, 0, 1]);
        Assert.True(sums.NoPairIsNegative);
        Assert.Equal(0, sums.Scs!.Value, 1e-12);
    }

    [Fact]
    public void Too_few_images_or_other_dimensions_are_refused()
    {
        var one = ConsistencySums.Of([1, 2], 2);
        Assert.Throws<EmbeddingException>(() => one.Unclamped);
        Assert.Throws<InputException>(() => one.Merge(ConsistencySums.Of([1, 2, 3], 3)));
        Assert.Equal(1, Assert.Throws<EmbeddingException>(() => one.Add([1, 1, 0, 0])).Row);
    }
}
