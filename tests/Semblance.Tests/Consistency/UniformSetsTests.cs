using Semblance.Consistency;

namespace Semblance.Tests.Consistency;

public sealed class UniformSetsTests
{
    [Theory]
    [InlineData("a a a b", new int[0], "seed_ignored")]
    [InlineData("a a b c", new int[0], null)]
    [InlineData("a b c d", new[] { 0, 1, 2 }, "collapsed")]
    [InlineData("a b c d", new[] { 0, 1 }, null)]
    [InlineData("a a a b", new[] { 0, 1, 2, 3 }, "seed_ignored")]
    [InlineData("- - - -", new[] { 0, 1, 2, 3 }, "collapsed")]
    [InlineData("a b", new int[0], null)]
    [InlineData("a a", new[] { 0, 1 }, "seed_ignored")]
    public void More_than_half_of_the_images_make_a_flag(string contents, int[] group, string? flag)
    {
        string?[] hashes = [.. contents.Split(' ').Select(one => one == "-" ? null : one)];
        SimilarGroup[] groups = group.Length == 0 ? [] : [new SimilarGroup(group, [], 99.95)];
        Assert.Equal(flag, UniformSets.FlagOf(hashes.Length, hashes, groups));
    }

    /// <summary>Two models: one draws a direction for each prompt, the other one direction whatever the prompt.</summary>
    [Fact]
    public void A_model_that_ignores_its_prompt_lies_at_its_own_floor()
    {
        float[][] sets =
        [
            [1, 0, 1, 0.01f],
            [0, 1, 0.01f, 1],
            [1, 1, 1, 1.1f],
            [1, 1.05f, 1, 1],
        ];
        var floor = ConsistencyFloor.OfModels(
            [("follows", 2), ("follows", 2), ("ignores", 2), ("ignores", 2)],
            2,
            (set, rows) => sets[set].CopyTo(rows)
        )!;
        Assert.Equal((floor.OfEach["follows"].Score + floor.OfEach["ignores"].Score) / 2, floor.Score, 1e-12);
        Assert.InRange(floor.OfEach["follows"].Score, 0, 2);
        Assert.InRange(floor.OfEach["ignores"].Score, 99, 100);
        var follows = ModelSummary.Of("follows", [99.9, 99.8], floor);
        var ignores = ModelSummary.Of("ignores", [99.9, 99.8], floor);
        Assert.Equal((false, true), (follows.NearFloor, ignores.NearFloor));
        Assert.Equal(floor.Calibrate(99.85), follows.Calibrated);
        Assert.Equal(floor.OfEach["ignores"].Calibrate(99.85), ignores.CalibratedOwn);

        // Two standard errors of 99.9 and 99.8 (0.05) are 0.1.
        Assert.True(new ConsistencyFloor(99.75, 1, 1).IsNear(99.85, 0.05));
        Assert.False(new ConsistencyFloor(99.74, 1, 1).IsNear(99.85, 0.05));
        Assert.False(new ConsistencyFloor(99.8, 1, 1).IsNear(99.85, null));
    }
}
