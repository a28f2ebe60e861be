using Semblance.Studies.Generating;

namespace Semblance.Studies.Tests.Generating;

public sealed class SeedListTests
{
    [Theory]
    [InlineData("7", 7L)]
    [InlineData("0..3", 0L, 1L, 2L, 3L)]
    [InlineData("3, 1,9..10", 3L, 1L, 9L, 10L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("3,9223372036854775806..9223372036854775807", 3L, long.MaxValue - 1, long.MaxValue)]
    public void They_come_in_the_order_in_which_they_are_written(string text, params long[] seeds) =>
        Assert.Equal(seeds, SeedList.Parse(text));

    [Theory]
    [InlineData("-1", "-1 is negative")]
    [InlineData("18446744073709551615", "seeds go up to 9223372036854775807")]
    [InlineData("1,,2", "missing before or after a comma")]
    [InlineData("1,2,1", "The seed 1 is given twice")]
    [InlineData("9..3", "write 3..9")]
    [InlineData("x", "\"x\" is not a seed or a range")]
    [InlineData("0..1000000", "more than 1000000 seeds")]
    public void What_is_not_a_list_of_seeds_is_refused(string text, string says) =>
        Assert.Contains(
            says,
            Assert.Throws<UsageException>(() => SeedList.Parse(text)).Message,
            StringComparison.Ordinal
        );
}
