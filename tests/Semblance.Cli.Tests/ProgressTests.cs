using System.Diagnostics;
using Semblance.Cli.Progress;
using Semblance.Models.Diffusion.Pipelines;
using Semblance.Runs.Generating;

namespace Semblance.Cli.Tests;

/// <summary>What is said of a job that goes on.</summary>
public sealed class ProgressTests
{
    private static readonly ProgressText _embedding = new(
        "embedding",
        "",
        "12/96 images",
        "21.3 images/s",
        "0:04 left"
    );

    private static readonly ProgressText _generating = new(
        "generating",
        "3/6 pictures",
        "18/180 steps",
        "21.8 steps/s",
        "0:08 left"
    );

    [Fact]
    public void A_quick_job_tells_its_start_and_its_end()
    {
        List<string> lines = [];
        var progress = new ProgressLines(Text, Stopwatch.StartNew(), lines.Add);
        progress.Report(0, 2);
        progress.Report(1, 2);
        progress.Report(2, 2);
        progress.Finish();
        Assert.Equal(["embedding 0/2 images", "embedding 2/2 images"], lines);
    }

    [Fact]
    public void A_job_with_nothing_to_do_tells_nothing()
    {
        List<string> lines = [];
        var progress = new ProgressLines(Text, Stopwatch.StartNew(), lines.Add);
        progress.Report(2, 2);
        progress.Finish();
        Assert.Empty(lines);
    }

    [Fact]
    public void Where_lines_may_have_any_length_all_is_told()
    {
        Assert.Equal("embedding 12/96 images, 21.3 images/s, 0:04 left", _embedding.Whole);
        Assert.Equal("generating 3/6 pictures: 18/180 steps, 21.8 steps/s, 0:08 left", _generating.Whole);
        Assert.Equal("embedding 12/96 images", (_embedding with { Speed = "", Left = "" }).Whole);
    }

    [Theory]
    [InlineData(80, "generating 3/6 pictures: 18/180 steps  21.8 steps/s, 0:08 left")]
    [InlineData(60, "generating 3/6 pictures: 18/180 steps  0:08 left")]
    [InlineData(40, "3/6 pictures, 18/180 steps  0:08 left")]
    [InlineData(30, "3/6 pictures  0:08 left")]
    [InlineData(20, "3/6 pictures  0:0...")]
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

    [Fact]
    public void Steps_and_pictures_end_at_their_totals_whatever_becomes_of_a_picture()
    {
        var count = new GenerationCount();
        List<(int Done, int Total, string Pictures)> told = [];
        var request = new ImageRequest("a", 1, 64, 64);
        // Of five pictures one is there; the others are made, broken after one step, made elsewhere, and made.
        count.Start(missing: 4, steps: 3, (done, total) => told.Add((done, total, count.Pictures)));
        count.Report(new GenerateProgress(1, 5, 0));
        Step(1, 2, 3);
        count.Report(new GenerateProgress(2, 5, 0));
        Step(1);
        count.Report(new FailedImage(request, "NaN", null));
        count.Report(new GenerateProgress(3, 5, 1));
        Step(1, 2, 3);
        count.Report(new GenerateProgress(4, 5, 1));

        Assert.Equal([0, 1, 2, 3, 3, 4, 6, 9, 10, 11, 12, 12], told.Select(line => line.Done));
        Assert.All(told, line => Assert.Equal(12, line.Total));
        Assert.Equal("0/4 pictures", told[0].Pictures);
        Assert.Equal("1/4 pictures", told[5].Pictures);
        Assert.Equal("4/4 pictures", told[^1].Pictures);

        void Step(params int[] steps)
        {
            foreach (var step in steps)
            {
                count.Report(new DenoisingStep(request, step, 3));
            }
        }
    }

    private static ProgressText Text(int done, int total, Pace? pace) =>
        new("embedding", "", $"{done}/{total} images", "", "");
}
