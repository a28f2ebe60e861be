using Semblance.Cli.Progress;

namespace Semblance.Cli.Tests.Progress;

public sealed class TransferTextTests
{
    [Fact]
    public void Speed_and_time_left_are_of_the_last_seconds()
    {
        var text = new TransferText();
        text.Note(TimeSpan.FromSeconds(1), 100_000_000);
        Assert.Equal("25%  100 MB of 400 MB", text.Text(100_000_000, 400_000_000));

        text.Note(TimeSpan.FromSeconds(3), 150_000_000);

        Assert.Equal("37%  150 MB of 400 MB  25.0 MB/s  0:10 left", text.Text(150_000_000, 400_000_000));
    }

    [Theory]
    [InlineData(81, "pulling org/a-model-with-a-long-name  37%  150 MB of 400 MB  25.0 MB/s  0:10 left")]
    [InlineData(59, "pulling org...  37%  150 MB of 400 MB  25.0 MB/s  0:10 left")]
    [InlineData(39, "pulling o...  37%  150 MB of 400 MB...")]
    public void On_a_narrow_line_the_figures_stay_longer_than_the_name(int width, string expected)
    {
        var line = TransferText.Fit(
            "pulling org/a-model-with-a-long-name",
            "37%  150 MB of 400 MB  25.0 MB/s  0:10 left",
            width
        );

        Assert.Equal(expected, line);
    }

    [Fact]
    public void What_begins_anew_is_no_speed()
    {
        var text = new TransferText();
        text.Note(TimeSpan.FromSeconds(1), 100);
        text.Note(TimeSpan.FromSeconds(2), 50);

        Assert.Equal("50%  50 bytes of 100 bytes", text.Text(50, 100));
    }

    [Fact]
    public void At_the_end_nothing_is_left()
    {
        var text = new TransferText();
        text.Note(TimeSpan.Zero, 0);
        text.Note(TimeSpan.FromSeconds(2), 2000);

        Assert.Equal("100%  2.00 kB of 2.00 kB  1.00 kB/s", text.Text(2000, 2000));
    }
}
