using System.Globalization;

namespace Semblance.Reports.Tests;

/// <summary>From one model and prompt to as many as a comparison takes.</summary>
public sealed class ManyModelsTests
{
    [Theory]
    [Trait("speed", "slow")]
    [InlineData(1, 1)]
    [InlineData(1, 30)]
    [InlineData(2, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    [InlineData(7, 20)]
    [InlineData(50, 12)]
    public void Every_number_of_models_and_prompts_has_page_and_figures(int models, int prompts)
    {
        string[] names =
        [
            .. Enumerable.Range(1, models).Select(i => $"model {i.ToString(CultureInfo.InvariantCulture)}"),
        ];
        var content = Contents.Of(names, Contents.Prompts(prompts));
        var page = Contents.PageOf(content);
        Assert.All(names, name => Assert.Contains(name, page, StringComparison.Ordinal));
        Assert.DoesNotContain(
            "NaN",
            page[..page.IndexOf("<script>", StringComparison.Ordinal)],
            StringComparison.Ordinal
        );
        var made = FigureFiles.Of(content, new FigureOptions(), TestContext.Current.CancellationToken);
        Assert.Contains(made.Files, file => file.Name == "raincloud.pdf");
        Assert.All(made.Files, file => Assert.NotEmpty(file.Bytes));
        Assert.Contains("### ", MarkdownSummary.Of(content), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("speed", "slow")]
    public void Ten_thousand_prompts_have_a_page()
    {
        var page = Contents.PageOf(Contents.Of(["a", "b"], Contents.Prompts(10_000)));
        Assert.True(page.Length < 10_000_000, $"{page.Length} characters");
    }
}
