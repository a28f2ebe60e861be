using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Semblance.Text;

namespace Semblance.Reports.Tests.Pages;

/// <summary>The page as people meet it: themes, widths, without script, offline, under strict policies, by keyboard, on paper.</summary>
[Trait("speed", "slow")]
public sealed partial class BrowserTests(Browser browser, RunWithImages run)
    : IClassFixture<Browser>,
        IClassFixture<RunWithImages>,
        IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Both widths and both colours: layout and contrast do not depend on each other.</summary>
    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task Axe_finds_nothing_serious(int width, bool dark)
    {
        var page = await OpenAsync(run.Page, width, dark);
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        var found = await page.RunAxe();
        var serious = found
            .Violations.Where(one => one.Impact is "serious" or "critical")
            .Select(one => $"{one.Id}: {one.Help}: {string.Join(" | ", one.Nodes.Take(3).Select(node => node.Html))}");
        Assert.Empty(serious);
    }

    [Theory]
    [InlineData(390)]
    [InlineData(320)]
    [InlineData(768)]
    public async Task Nothing_is_wider_than_the_screen(int width)
    {
        var page = await OpenAsync(run.Page, width);
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width);
    }

    [Fact]
    public async Task Nothing_is_fetched_and_nothing_is_blocked()
    {
        List<string> asked = [];
        List<string> said = [];
        var page = await OpenAsync(
            run.Page,
            before: page =>
            {
                page.Request += (_, request) => asked.Add(request.Url);
                page.Console += (_, message) => said.Add(message.Text);
                page.PageError += (_, error) => said.Add(error);
            }
        );
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        await page.WaitForTimeoutAsync(200);
        Assert.Single(asked, url => !url.StartsWith("data:", StringComparison.Ordinal));
        Assert.Empty(said);
    }

    [Fact]
    public async Task The_page_is_complete_without_script()
    {
        var page = await OpenAsync(run.Page, script: false);
        Assert.Equal(RunWithImages.Prompts.Length, await page.Locator("#prompts tbody tr").CountAsync());
        Assert.Equal(0, await page.Locator("button:visible").CountAsync());
        await page.Locator("details.prompt summary").First.ClickAsync();
        Assert.Equal(2 * RunWithImages.Seeds, await page.Locator("details.prompt[open] .thumbs svg").CountAsync());
        Assert.True(await page.Locator("details.prompt[open] figure svg").First.IsVisibleAsync());
    }

    [Theory]
    [InlineData("sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self';")]
    [InlineData("default-src 'none'; style-src 'unsafe-inline'; sandbox")]
    public async Task The_page_can_be_read_under_the_policies_of_ci_servers(string policy)
    {
        var page = await OpenAsync("<title>empty</title>");
        await page.Context.SetOfflineAsync(false);
        await page.RouteAsync(
            "https://ci.test/**",
            route =>
                route.FulfillAsync(
                    new()
                    {
                        Body = run.Page,
                        ContentType = "text/html; charset=utf-8",
                        Headers = new Dictionary<string, string> { ["Content-Security-Policy"] = policy },
                    }
                )
        );
        await page.GotoAsync("https://ci.test/report.html");
        Assert.True(await page.Locator("h1").IsVisibleAsync());
        Assert.Contains("loose and steady", await page.Locator("h1").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(RunWithImages.Prompts.Length, await page.Locator("#prompts tbody tr").CountAsync());
    }

    [Fact]
    public async Task The_keyboard_reaches_everything()
    {
        var page = await OpenAsync(run.Page);
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the report", await Focused(page, "textContent"));

        var sort = page.Locator("#prompts thead button").Last;
        await sort.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("descending", await page.Locator("#prompts th[aria-sort]").GetAttributeAsync("aria-sort"));
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("ascending", await page.Locator("#prompts th[aria-sort]").GetAttributeAsync("aria-sort"));

        await page.Locator("details.prompt summary").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        Assert.True(await page.Locator("dialog[open]").IsVisibleAsync());
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Contains("seed 1", await page.Locator("dialog[open] span").InnerTextAsync(), StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Escape");
        Assert.Equal(0, await page.Locator("dialog[open]").CountAsync());
    }

    [Fact]
    public async Task Prompts_are_found_and_sorted()
    {
        var page = await OpenAsync(run.Page);
        await page.Locator("input[type=search]").FillAsync("FOX");
        Assert.Equal(1, await page.Locator("#prompts tbody tr").CountAsync());
        await page.Locator("input[type=search]").FillAsync("");
        await page.Locator("#prompts thead button").First.ClickAsync();
        var texts = await page.Locator("#prompts tbody th").AllInnerTextsAsync();
        Assert.Equal(texts.Order(StringComparer.Ordinal), texts);
    }

    [Fact]
    public async Task Ten_thousand_prompts_are_shown_by_the_hundred()
    {
        var page = await OpenAsync(Contents.PageOf(Contents.Of(["a", "b"], Contents.Prompts(10_000))));
        Assert.Equal(100, await page.Locator("#prompts tbody tr").CountAsync());
        await page.Locator("button", new() { HasTextString = "Next" }).ClickAsync();
        Assert.Contains(
            "page 2 of 100",
            await page.Locator(".tools output").InnerTextAsync(),
            StringComparison.Ordinal
        );
        await page.Locator("input[type=search]").FillAsync("number 9999");
        Assert.Equal(1, await page.Locator("#prompts tbody tr").CountAsync());
    }

    [Theory]
    [InlineData("A4")]
    [InlineData("Letter")]
    public async Task Paper_cuts_no_figure(string format)
    {
        var page = await OpenAsync(run.Page, dark: true);
        var pdf = await page.PdfAsync(new() { Format = format, PrintBackground = false });
        var pages = PageObject().Count(System.Text.Encoding.Latin1.GetString(pdf));
        Assert.InRange(pages, 3, 12);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.Equal(
            "avoid",
            await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('figure')).breakInside")
        );
        Assert.Equal(
            "rgb(255, 255, 255)",
            await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor")
        );
    }

    [Fact]
    public async Task Figures_fit_their_screen()
    {
        foreach (var (width, shown, hidden) in new[] { (1440, "wide", "narrow"), (390, "narrow", "wide") })
        {
            var page = await OpenAsync(run.Page, width);
            Assert.True(await page.Locator($"#figure-raincloud .{shown}").IsVisibleAsync());
            Assert.False(await page.Locator($"#figure-raincloud .{hidden}").IsVisibleAsync());
            var size = await page.EvaluateAsync<double>(
                $"document.querySelector('#figure-raincloud .{shown} text').getBoundingClientRect().height"
            );
            Assert.InRange(size, 11, 22);
        }
    }

    private static Task<string> Focused(IPage page, string property) =>
        page.EvaluateAsync<string>($"document.activeElement.{property}");

    [GeneratedRegex(@"/Type\s*/Page\b(?!s)", RegexOptions.None, 60_000)]
    private static partial Regex PageObject();

    /// <summary>Opens a page from a file, offline.</summary>
    private async Task<IPage> OpenAsync(
        string html,
        int width = 1440,
        bool dark = false,
        bool script = true,
        Action<IPage>? before = null
    )
    {
        var context = await browser.OpenAsync(width, dark, script, offline: true);
        var page = await context.NewPageAsync();
        before?.Invoke(page);
        await page.GotoAsync($"file://{_folder.Write(html, $"{Path.GetRandomFileName()}.html")}");
        return page;
    }
}
