using CsCheck;
using Semblance.Statistics;

namespace Semblance.Tests.Statistics;

public sealed class ClassicalScalingTests
{
    [Fact]
    public void A_right_triangle_keeps_its_sides()
    {
        double[][] sides =
        [
            [0, 3, 4],
            [3, 0, 5],
            [4, 5, 0],
        ];
        var map = ClassicalScaling.Of(sides);
        Assert.Equal(1, map.Share, 12);
        AssertDistances(sides, map);
    }

    [Fact]
    public void Points_of_a_plane_keep_all_their_distances() =>
        Gen.Double[-10, 10]
            .Select(Gen.Double[-10, 10])
            .Array[2, 25]
            .Sample(points =>
            {
                double[][] distances =
                [
                    .. points.Select(a =>
                        Array.ConvertAll(
                            points,
                            b => Math.Sqrt(Math.Pow(a.Item1 - b.Item1, 2) + Math.Pow(a.Item2 - b.Item2, 2))
                        )
                    ),
                ];
                AssertDistances(distances, ClassicalScaling.Of(distances));
            });

    [Fact]
    public void Things_in_one_place_have_a_map_without_extent()
    {
        var map = ClassicalScaling.Of([
            [0, 0],
            [0, 0],
        ]);
        Assert.Equal(0, map.Share);
        Assert.All(map.Points, point => Assert.Equal((0, 0), point));
    }

    [Fact]
    public void The_largest_coordinate_of_a_direction_is_positive()
    {
        var map = ClassicalScaling.Of([
            [0, 1, 9],
            [1, 0, 8],
            [9, 8, 0],
        ]);
        Assert.True(map.Points[2].X > 0);
    }

    [Fact]
    public void Distances_that_are_not_a_square_are_refused() =>
        Assert.Throws<AssumptionException>(() =>
            ClassicalScaling.Of([
                [0, 1],
            ])
        );

    private static void AssertDistances(double[][] expected, ScaledMap map)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            for (var j = 0; j < expected.Length; j++)
            {
                var (a, b) = (map.Points[i], map.Points[j]);
                Assert.Equal(expected[i][j], Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2)), 1e-6);
            }
        }
    }
}
