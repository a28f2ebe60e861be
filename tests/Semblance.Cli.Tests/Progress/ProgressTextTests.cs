using System.Diagnostics;
using Semblance.Cli.Progress;
using Semblance.Studies;

namespace Semblance.Cli.Tests.Progress;

/// <summary>What is said of a job that goes on.</summary>
public sealed class ProgressTextTests
{
    private static readonly StudyStage Embedding = new("embedding", StageUnit.Images);

    private static readonly ProgressText _embedding = new(
        "embedding",
        "",
        "12/96 images",
        "21.3 images/s",
        "0:04 left"
    );

    private static readonly ProgressText _generating = new(
        "generating",
        "3/6 images",
        "18/180 steps",
        "21.8 steps/s",
        "0:08 left"
    );

    [Fact]
    public void A_quick_job_tells_its_start_and_its_end()
    {
        List<string> lines = [];
        var progress = new ProgressLines(Embedding, Stopwatch.StartNew(), lines.Add);
        progress.Report(new StageCount(0, 2));
        progress.Report(new StageCount(1, 2));
        progress.Report(new StageCount(2, 2));
        progress.Finish();
        Assert.Equal(["embedding 0/2 images", "embedding 2/2 images"], lines.Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void A_job_with_nothing_to_do_tells_nothing()
    {
        List<string> lines = [];
        var progress = new ProgressLines(Embedding, Stopwatch.StartNew(), lines.Add);
        progress.Report(new StageCount(2, 2));
        progress.Finish();
        Assert.Empty(lines);
    }

    [Fact]
    public void Where_lines_may_have_any_length_all_is_told()
    {
        Assert.Equal("embedding 12/96 images, 21.3 images/s, 0:04 left", _embedding.Whole);
        Assert.Equal("generating 3/6 images: 18/180 steps, 21.8 steps/s, 0:08 left", _generating.Whole);
        Assert.Equal("embedding 12/96 images", (_embedding with { Speed = "", Left = "" }).Whole);
    }

    [Fact]
    public void A_download_is_told_in_bytes()
    {
        var pace = new Pace(50_000_000);
        pace.Note(TimeSpan.FromSeconds(2), 150_000_000);
        var stage = new StudyStage("pulling sdxl", StageUnit.Bytes);
        Assert.Equal(
            "pulling sdxl 150 MB of 400 MB (37%), 50.0 MB/s, 0:05 left",
            ProgressText.Of(stage, new StageCount(150_000_000, 400_000_000), pace).Whole
        );
    }

    [Theory]
    [InlineData(80, "generating 3/6 images: 18/180 steps  21.8 steps/s, 0:08 left")]
    [InlineData(58, "generating 3/6 images: 18/180 steps  0:08 left")]
    [InlineData(40, "3/6 images, 18/180 steps  0:08 left")]
    [InlineData(30, "3/6 images  0:08 left")]
    [InlineData(20, "3/6 images  0:08...")]
    public void A_narrow_line_tells_less(int width, string text) => Assert.Equal(text, _generating.Fit(width));

    [Theory]
    [InlineData(60, "embedding 12/96 images  21.3 images/s, 0:04 left")]
    [InlineData(40, "embedding 12/96 images  0:04 left")]
    [InlineData(24, "12/96 images  0:04 left")]
    public void A_job_that_counts_one_thing_tells_less_too(int width, string text) =>
        Assert.Equal(text, _embedding.Fit(width));

    [Fact]
    public void No_width_is_passed()
    {
        for (var width = 3; width < 100; width++)
        {
            Assert.InRange(_generating.Fit(width).Length, 1, width);
        }
    }
}
