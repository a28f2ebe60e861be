using System.Diagnostics;
using Semblance.Cli.Progress;
using Semblance.Studies;

namespace Semblance.Cli.Tests.Progress;

/// <summary>What a terminal gets; the drawings of the timer are asked for one by one.</summary>
public sealed class LiveLineTests : IDisposable
{
    private const string Away = "\r\u001b[K";

    private readonly StringWriter _terminal = new();
    private int _width = 80;

    private LiveLine Line =>
        new(
            new StudyStage("embedding", StageUnit.Images),
            new Stopwatch(),
            _terminal,
            () => _width,
            Timeout.InfiniteTimeSpan
        );

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void A_drawing_takes_the_place_of_the_last_one_and_is_gone_at_the_end()
    {
        using (var line = Line)
        {
            line.Report(new StageCount(30, 120));
            line.Draw();
            line.Report(new StageCount(60, 120));
            line.Draw();
        }

        var drawn = _terminal.ToString().Split(Away);
        Assert.Equal(3, drawn.Length);
        Assert.StartsWith("#####...............  embedding ", drawn[0], StringComparison.Ordinal);
        Assert.Contains("30/120 images", drawn[0], StringComparison.Ordinal);
        Assert.StartsWith("##########..........  embedding ", drawn[1], StringComparison.Ordinal);
        Assert.Equal("", drawn[2]);
        Assert.DoesNotContain('\n', _terminal.ToString());
    }

    [Fact]
    public void A_message_stands_on_a_line_of_its_own_and_the_line_comes_back_below()
    {
        using var line = Line;
        line.Report(new StageCount(1, 4));
        line.Draw();
        line.Apart(() => _terminal.Write("a warning\n"));
        line.Draw();
        Assert.Matches(
            @"^#####\.{15}  embedding [^\n]*\r\u001b\[Ka warning\n#####\.{15}  embedding [^\n]*$",
            _terminal.ToString()
        );
    }

    [Theory]
    [InlineData(200)]
    [InlineData(80)]
    [InlineData(79)]
    [InlineData(40)]
    public void It_never_reaches_the_last_column_where_it_would_wrap(int width)
    {
        _width = width;
        using var line = Line;
        line.Report(new StageCount(123_456, 9_876_543));
        line.Draw();
        var drawn = _terminal.ToString();
        Assert.InRange(drawn.Length, 10, width - 1);
        Assert.Equal(width >= 80, drawn.Contains("....", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_drawn_before_there_is_something_to_do_nor_after_all_is_done_nor_after_the_end()
    {
        var line = Line;
        line.Draw();
        line.Report(new StageCount(4, 4));
        line.Draw();
        line.Report(new StageCount(1, 4));
        line.Dispose();
        line.Draw();
        line.Apart(() => _terminal.Write("later"));
        Assert.Equal("later", _terminal.ToString());
    }

    [Fact]
    public async Task It_draws_by_itself()
    {
        using var line = new LiveLine(
            new StudyStage("embedding", StageUnit.Images),
            new Stopwatch(),
            TextWriter.Synchronized(_terminal),
            () => _width,
            TimeSpan.FromMilliseconds(5)
        );
        line.Report(new StageCount(1, 4));
        for (var i = 0; i < 400 && _terminal.GetStringBuilder().Length == 0; i++)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        line.Apart(() => Assert.Contains("embedding", _terminal.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_terminal_that_goes_away_does_not_end_the_work()
    {
        using var line = new LiveLine(
            new StudyStage("embedding", StageUnit.Images),
            new Stopwatch(),
            new Gone(),
            () => _width,
            Timeout.InfiniteTimeSpan
        );
        line.Report(new StageCount(1, 4));
        line.Draw();
        line.Draw();
    }

    private sealed class Gone : StringWriter
    {
        public override void Write(string? value) => throw new IOException("gone");
    }
}
