using Semblance.Cli.Progress;
using Semblance.Studies;

namespace Semblance.Cli.Tests.Progress;

public sealed class PaceTests
{
    [Fact]
    public void Nothing_is_told_before_there_is_something_to_tell_from() =>
        Assert.Equal(("", ""), (new Pace(40).Speed(StageUnit.Images), new Pace(40).Left(100)));

    [Fact]
    public void Images_that_were_there_before_do_not_count_as_speed()
    {
        var pace = new Pace(40);
        pace.Note(TimeSpan.FromSeconds(2), 60);
        Assert.Equal(("10.0 images/s", "0:04 left"), (pace.Speed(StageUnit.Images), pace.Left(100)));
        Assert.Equal("", pace.Left(60));
        // Ten that took no work.
        pace.Note(TimeSpan.FromSeconds(2), 70, free: 10);
        Assert.Equal(("10.0 images/s", "0:03 left"), (pace.Speed(StageUnit.Images), pace.Left(100)));
    }

    [Fact]
    public void Only_the_last_seconds_count()
    {
        var pace = new Pace(0);
        for (var second = 1; second <= 60; second++)
        {
            // A slow first half minute, then ten times as fast.
            pace.Note(TimeSpan.FromSeconds(second), second <= 30 ? second : 30 + (10 * (second - 30)));
        }

        Assert.Equal(("10.0 images/s", "1:07 left"), (pace.Speed(StageUnit.Images), pace.Left(1000)));
    }

    [Theory]
    [InlineData(0.2, "0:01")]
    [InlineData(59.5, "1:00")]
    [InlineData(3599, "59:59")]
    [InlineData(3601, "1:00:01")]
    public void Clock_reads_like_a_clock(double seconds, string text) =>
        Assert.Equal(text, Pace.Clock(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void What_is_slow_is_told_in_seconds_for_each()
    {
        var pace = new Pace(0);
        pace.Note(TimeSpan.FromSeconds(10), 1);
        Assert.Equal("10.0 s per step", pace.Speed(StageUnit.Steps));
    }

    [Fact]
    public void What_begins_again_has_no_speed()
    {
        var pace = new Pace(0);
        pace.Note(TimeSpan.FromSeconds(1), 100);
        pace.Note(TimeSpan.FromSeconds(2), 50);
        Assert.Equal(("", ""), (pace.Speed(StageUnit.Bytes), pace.Left(100)));
        pace.Note(TimeSpan.FromSeconds(3), 2050);
        Assert.Equal(("2.00 kB/s", "0:01 left"), (pace.Speed(StageUnit.Bytes), pace.Left(3000)));
    }
}
