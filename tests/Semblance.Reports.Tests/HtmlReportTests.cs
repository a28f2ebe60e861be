namespace Semblance.Reports.Tests;

public sealed class HtmlReportTests
{
    [Fact]
    public void A_report_begins_with_the_verdict_and_shows_every_prompt()
    {
        var content = Contents.Of(["sdxl", "pixart"], Contents.Prompts(30));
        var page = Contents.PageOf(content);
        Assert.Contains("<h1><bdi>pixart is more consistent than sdxl.</bdi></h1>", page, StringComparison.Ordinal);
        Assert.All(
            content.Prompts,
            prompt => Assert.Contains($"<bdi>{prompt.Prompt}</bdi>", page, StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            "http://",
            page.Replace("http://www.w3.org/", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("style=\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_content_gives_the_same_page() =>
        Assert.Equal(
            Contents.PageOf(Contents.Of(["a", "b", "c"], Contents.Prompts(20))),
            Contents.PageOf(Contents.Of(["a", "b", "c"], Contents.Prompts(20)))
        );

    [Fact]
    public void One_model_has_a_page_too()
    {
        var page = Contents.PageOf(Contents.Of(["only"], Contents.Prompts(3)));
        Assert.Contains("there is nothing to compare it with", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_with_one_prompt_in_common_have_a_page_that_says_so()
    {
        var page = Contents.PageOf(Contents.Of(["a", "b"], ["one prompt"]));
        Assert.Contains("No comparison:", page, StringComparison.Ordinal);
    }
}
