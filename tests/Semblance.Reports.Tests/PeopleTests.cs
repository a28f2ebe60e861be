using AngleSharp.Html.Parser;
using Semblance.Reports.Tests.Pages;
using Semblance.Text;

namespace Semblance.Reports.Tests;

/// <summary>What the page says of people's votes, and of votes that cannot be used.</summary>
public sealed class PeopleTests(RunWithImages run) : IClassFixture<RunWithImages>, IDisposable
{
    private readonly string _votes = System.IO.Path.Combine(run.Path, "votes.csv");

    public void Dispose() => File.Delete(_votes);

    [Fact]
    public void Votes_in_the_run_folder_are_on_the_page()
    {
        var lines = RunWithImages.Prompts.SelectMany(prompt =>
            Enumerable
                .Range(0, 3)
                .Select(rater => $"{(char)('a' + rater)},\"{prompt}\",loose,steady,{(rater < 2 ? "right" : "left")}")
        );
        File.WriteAllText(_votes, "rater,prompt,left_model,right_model,answer\n" + string.Join('\n', lines) + "\n");
        var content = run.Read();
        var page = new HtmlParser().ParseDocument(Contents.PageOf(content));
        Assert.NotNull(page.GetElementById("people"));
        Assert.NotNull(page.GetElementById("figure-agreement"));
        Assert.Contains(content.Human!.Report.Verdict, page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(18, content.Human.Report.Figures.People.Votes);
    }

    [Fact]
    public void Votes_that_cannot_be_used_are_named_among_what_to_be_careful_about()
    {
        File.WriteAllText(_votes, "rater,prompt,left_model,right_model,answer\na,a red fox,loose,steady,better\n");
        var content = run.Read();
        Assert.Null(content.Human);
        var caution = Assert.Single(content.Cautions, one => one.StartsWith("The votes", StringComparison.Ordinal));
        Assert.Contains("the answer is 'better'", caution, StringComparison.Ordinal);
        Assert.Contains("are not shown", Contents.PageOf(content), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.6, "75% of people see a difference of")]
    [InlineData(-0.6, "no difference is one that 75% of people see")]
    public void The_caption_of_the_curve_says_what_people_see(double slope, string expected)
    {
        var content = Contents.Of(["sdxl", "pixart"], Contents.Prompts(40), raters: 5, slope);
        Assert.Contains(expected, Contents.PageOf(content), StringComparison.Ordinal);
    }
}
