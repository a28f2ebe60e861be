using CsCheck;
using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class AverageLinkageTests
{
    /// <summary>Two tight groups, {0, 2} and {1, 3}: between them 7, 8, 9 and 10.</summary>
    private static readonly double[][] TwoGroups =
    [
        [0, 7, 1, 8],
        [7, 0, 9, 2],
        [1, 9, 0, 10],
        [8, 2, 10, 0],
    ];

    [Fact]
    public void Like_things_stand_side_by_side() => Assert.Equal([0, 2, 1, 3], AverageLinkage.Order(TwoGroups));

    [Theory]
    [InlineData(0.5, 4)]
    [InlineData(1, 3)]
    [InlineData(8.4, 2)]
    [InlineData(8.5, 1)]
    public void Clusters_join_up_to_the_mean_of_their_pairs(double within, int clusters) =>
        Assert.Equal(clusters, AverageLinkage.Clusters(TwoGroups, within).Count);

    [Fact]
    public void An_order_has_everything_once() =>
        Gen.Double[0, 100]
            .Array[1, 200]
            .Sample(values =>
            {
                var n = (int)Math.Sqrt(values.Length);
                double[][] distances =
                [
                    .. Enumerable
                        .Range(0, n)
                        .Select(i =>
                            Enumerable.Range(0, n).Select(j => values[(Math.Min(i, j) * n) + Math.Max(i, j)]).ToArray()
                        ),
                ];
                Assert.Equal(Enumerable.Range(0, n), AverageLinkage.Order(distances).Order());
            });
}
