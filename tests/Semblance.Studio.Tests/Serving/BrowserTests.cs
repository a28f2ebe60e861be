using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Semblance.Agreement;
using Semblance.Studio.Design;
using Semblance.Studio.Storing;

namespace Semblance.Studio.Tests.Serving;

/// <summary>The study as raters meet it: by keyboard, on a phone, offline, in two windows, without script.</summary>
[Trait("speed", "slow")]
public sealed class BrowserTests(Browser browser) : IClassFixture<Browser>
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rater_does_the_whole_study_by_keyboard()
    {
        await using var study = await ServedStudy.StartAsync();
        await using var context = await browser.OpenAsync();
        var page = await context.NewPageAsync();
        List<string> said = [];
        page.Console += (_, message) => said.Add(message.Text);
        page.PageError += (_, error) => said.Add(error);
        await BeginByKeyboard(page, study.Server.RaterLinks[0]);
        var total = await TotalOf(page);
        string[] keys = ["ArrowLeft", "ArrowDown", "ArrowRight"];
        for (var number = 1; number <= total; number++)
        {
            await ReadyAsync(page, number);
            // No person answers before the first images are painted; a browser that paints nothing is not waited for.
            await page.EvaluateAsync(
                "() => new Promise(on => setTimeout(on, 2000) && requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(() => setTimeout(on, 50)))))"
            );
            await page.Keyboard.PressAsync(keys[number % 3]);
        }

        await page.WaitForURLAsync("**/done");
        Assert.Contains("completion code", await page.ContentAsync(), StringComparison.Ordinal);
        var votes = await study.Store.ReadVotesAsync(_cancelled);
        Assert.Equal(Enumerable.Range(1, total), votes.Select(vote => vote.Page));
        Answer[] expected = [Answer.Left, Answer.Same, Answer.Right];
        Assert.All(
            votes,
            vote =>
            {
                Assert.Equal(expected[vote.Page % 3], vote.Answer);
                Assert.True(vote.ViewSeconds is >= 0 and < 60);
                Assert.Contains("1440x900", vote.Screen, StringComparison.Ordinal);
            }
        );
        Assert.Contains(votes, vote => vote.SeenLeft > 0);
        Assert.Empty(said);
    }

    /// <summary>By keyboard; by touch on a phone; and by keyboard with the network gone in the middle.</summary>
    [Fact]
    public async Task Three_raters_do_a_whole_study_at_once()
    {
        await using var study = await ServedStudy.StartAsync();
        await Task.WhenAll([.. study.Server.RaterLinks.Take(3).Select(RateAsync)]);

        var definition = (await study.Store.ReadStudyAsync(_cancelled))!;
        var votes = await study.Store.ReadVotesAsync(_cancelled);
        for (var rater = 0; rater < 3; rater++)
        {
            var total = RaterPages.Of(definition, rater).Count;
            Assert.Equal(
                Enumerable.Range(1, total),
                votes.Where(vote => vote.Rater == rater).Select(vote => vote.Page).Order()
            );
        }

        Assert.All(votes, vote => Assert.Equal(vote.Rater == 1 ? Answer.Right : Answer.Left, vote.Answer));
        Assert.Equal(votes.Count, votes.DistinctBy(vote => vote.Id).Count());
        Assert.Equal(["1440x900", "390x900"], votes.Select(vote => vote.Screen!.Split('@')[0]).Distinct().Order());

        async Task RateAsync(string link, int rater)
        {
            await using var context = await browser.OpenAsync(rater == 1 ? 390 : 1440);
            var page = await context.NewPageAsync();
            await BeginByKeyboard(page, link);
            var total = await TotalOf(page);
            for (var number = 1; number <= total; number++)
            {
                await ReadyAsync(page, number);
                if (rater == 2 && number == 2)
                {
                    await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
                    await context.SetOfflineAsync(true);
                }

                if (rater == 1)
                {
                    await page.Locator(".answers button").Last.ClickAsync();
                }
                else
                {
                    await page.Keyboard.PressAsync("ArrowLeft");
                }

                if (rater == 2 && number == 2)
                {
                    await UntilAsync(page, "document.querySelector('#state').textContent.includes('Not saved yet')");
                    await context.SetOfflineAsync(false);
                }
            }

            await page.WaitForURLAsync("**/done");
        }
    }

    [Fact]
    public async Task Images_that_a_lost_connection_has_left_out_are_asked_for_again()
    {
        await using var study = await ServedStudy.StartAsync();
        await using var context = await browser.OpenAsync();
        var lost = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        await context.RouteAsync(
            "**/*",
            route =>
                route.Request.ResourceType == "image" && lost.TryAdd(route.Request.Url, true)
                    ? route.AbortAsync()
                    : route.ContinueAsync()
        );
        var page = await context.NewPageAsync();
        await BeginByKeyboard(page, study.Server.RaterLinks[0]);
        await ReadyAsync(page, 1);
        Assert.NotEmpty(lost);
        await UntilAsync(page, "document.querySelector('#state').textContent === 'All answers are saved'");
        await page.Keyboard.PressAsync("ArrowLeft");
        await ReadyAsync(page, 2);
    }

    [Fact]
    public async Task Pages_for_practice_say_the_right_answer_before_the_next_page()
    {
        await using var study = await ServedStudy.StartAsync(request => request with { Training = 2 });
        await using var context = await browser.OpenAsync();
        var page = await context.NewPageAsync();
        await BeginByKeyboard(page, study.Server.RaterLinks[0]);
        for (var number = 1; number <= 2; number++)
        {
            await ReadyAsync(page, number);
            var expected = await page.GetAttributeAsync("#page", "data-expected");
            var isRight = number == 1;
            await page.Keyboard.PressAsync((expected == "left") == isRight ? "ArrowLeft" : "ArrowRight");
            await page.WaitForSelectorAsync("#feedback[open]");
            Assert.Equal(
                isRight && expected != "same" ? "Yes" : "Not quite",
                await page.TextContentAsync("#feedback-title")
            );
            Assert.Equal(
                await page.GetAttributeAsync("#page", "data-explanation"),
                await page.TextContentAsync("#feedback-text")
            );
            Assert.Equal($"{number}", await page.GetAttributeAsync("#page", "data-page"));
            await page.Keyboard.PressAsync("Enter");
        }

        await ReadyAsync(page, 3);
        Assert.Null(await page.GetAttributeAsync("#page", "data-expected"));
    }

    [Fact]
    public async Task Votes_given_offline_are_kept_over_a_crash_of_the_window_and_sent_later()
    {
        await using var study = await ServedStudy.StartAsync();
        await using var context = await browser.OpenAsync();
        var link = study.Server.RaterLinks[0];
        var page = await context.NewPageAsync();
        await BeginByKeyboard(page, link);
        await ReadyAsync(page, 1);
        // The next two pages are there.
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await context.SetOfflineAsync(true);
        await page.Keyboard.PressAsync("ArrowLeft");
        await ReadyAsync(page, 2);
        await page.Keyboard.PressAsync("ArrowRight");
        await UntilAsync(page, "document.querySelector('#state').textContent.includes('Not saved yet: 2 answers')");
        Assert.Empty(await study.Store.ReadVotesAsync(_cancelled));
        await page.CloseAsync();
        await context.SetOfflineAsync(false);
        page = await context.NewPageAsync();
        await page.GotoAsync(link + "/page/1");
        await page.WaitForURLAsync("**/page/3");
        var votes = await study.Store.ReadVotesAsync(_cancelled);
        Assert.Equal([Answer.Left, Answer.Right], votes.Select(vote => vote.Answer));
    }

    [Fact]
    public async Task A_server_that_is_gone_for_a_while_loses_nothing()
    {
        await using var study = await ServedStudy.StartAsync();
        await using var context = await browser.OpenAsync();
        var page = await context.NewPageAsync();
        await BeginByKeyboard(page, study.Server.RaterLinks[0]);
        await ReadyAsync(page, 1);
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        var port = new Uri(study.Server.Address).Port;
        await study.Server.DisposeAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await UntilAsync(page, "document.querySelector('#state').textContent.includes('Not saved yet: 1 answer ')");
        await study.RestartAsync(port);
        await UntilAsync(page, "document.querySelector('#state').textContent.includes('All answers are saved')");
        Assert.Single(await study.Store.ReadVotesAsync(_cancelled));
    }

    [Fact]
    public async Task Two_windows_do_not_count_twice_and_the_second_is_told()
    {
        await using var study = await ServedStudy.StartAsync();
        await using var context = await browser.OpenAsync();
        var one = await context.NewPageAsync();
        await BeginByKeyboard(one, study.Server.RaterLinks[0]);
        await ReadyAsync(one, 1);
        var two = await context.NewPageAsync();
        await two.GotoAsync(study.Server.RaterLinks[0] + "/page/1");
        await ReadyAsync(two, 1);
        await one.Keyboard.PressAsync("ArrowLeft");
        await UntilAsync(one, "document.querySelector('#state').textContent.includes('All answers are saved')");
        await two.Keyboard.PressAsync("ArrowRight");
        await UntilAsync(two, "document.querySelector('#state').textContent.includes('that answer counts')");
        Assert.Equal(Answer.Left, Assert.Single(await study.Store.ReadVotesAsync(_cancelled)).Answer);
    }

    [Fact]
    public async Task An_answer_is_changed_by_going_back_and_a_reload_shows_the_same_page()
    {
        await using var study = await ServedStudy.StartAsync();
        await using var context = await browser.OpenAsync();
        var page = await context.NewPageAsync();
        await BeginByKeyboard(page, study.Server.RaterLinks[0]);
        await ReadyAsync(page, 1);
        await page.Keyboard.PressAsync("ArrowLeft");
        await ReadyAsync(page, 2);
        await page.ReloadAsync();
        await ReadyAsync(page, 2);
        await page.GoBackAsync();
        await ReadyAsync(page, 1);
        Assert.Equal("left", await page.GetAttributeAsync("[aria-pressed=true]", "value"));
        await page.Keyboard.PressAsync("ArrowRight");
        await ReadyAsync(page, 2);
        await page.Keyboard.PressAsync("z");
        await ReadyAsync(page, 1);
        Assert.Equal("right", await page.GetAttributeAsync("[aria-pressed=true]", "value"));
        await UntilAsync(page, "document.querySelector('#state').textContent.includes('All answers are saved')");
        var (vote, revisions) = Assert.Single(VotesCsv.Final(await study.Store.ReadVotesAsync(_cancelled)));
        Assert.Equal((Answer.Right, 1), (vote.Answer, revisions));
    }

    [Fact]
    public async Task Zoom_note_help_and_cannot_judge_work_by_keyboard_and_are_recorded()
    {
        await using var study = await ServedStudy.StartAsync();
        await using var context = await browser.OpenAsync();
        var page = await context.NewPageAsync();
        await BeginByKeyboard(page, study.Server.RaterLinks[0]);
        await ReadyAsync(page, 1);
        await page.Keyboard.PressAsync("?");
        await page.WaitForSelectorAsync("#help[open]");
        await page.Keyboard.PressAsync("Escape");
        await UntilAsync(page, "!document.querySelector('#help').open");
        await page.Keyboard.PressAsync(" ");
        await page.WaitForSelectorAsync("#zoom[open]");
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("left set, image 2 of 4", await page.TextContentAsync("#zoom-text"));
        await page.Keyboard.PressAsync("Escape");
        await UntilAsync(page, "!document.querySelector('#zoom').open");
        await page.Keyboard.PressAsync("n");
        await page.Keyboard.TypeAsync("left is nicer, cz?");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("c");
        await page.WaitForSelectorAsync("#reasons[open]");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await ReadyAsync(page, 2);
        await UntilAsync(page, "document.querySelector('#state').textContent.includes('All answers are saved')");
        var vote = Assert.Single(await study.Store.ReadVotesAsync(_cancelled));
        Assert.Equal((Answer.CannotJudge, "left is nicer, cz?", 2), (vote.Answer, vote.Note, vote.Zooms));
        Assert.NotNull(vote.Reason);
        Assert.Contains(await study.Store.ReadEventsAsync(_cancelled), one => one.Kind == "zoom");
    }

    /// <summary>Both widths and both colours: layout and contrast do not depend on each other.</summary>
    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task Axe_finds_nothing_serious_on_any_page(int width, bool dark)
    {
        await using var study = await ServedStudy.StartAsync();
        await using var context = await browser.OpenAsync(width, dark);
        var page = await context.NewPageAsync();
        var link = study.Server.RaterLinks[0];
        await page.GotoAsync(link);
        await Check();
        await study.PostAsync(link + "/consent");
        await page.GotoAsync(link);
        await Check();
        await page.GotoAsync(link + "/page/1");
        await ReadyAsync(page, 1);
        await Check();
        await page.Keyboard.PressAsync("?");
        await Check();
        var total = RaterPages.Of((await study.Store.ReadStudyAsync(_cancelled))!, 0).Count;
        for (var number = 1; number <= total; number++)
        {
            await study.VoteAsync(link, $"v{number}", number, "left");
        }

        await page.GotoAsync(link + "/done");
        await Check();
        await page.GotoAsync(study.Server.OwnerLink);
        await Check();

        async Task Check()
        {
            var found = await page.RunAxe();
            var serious = found
                .Violations.Where(one => one.Impact is "serious" or "critical")
                .Select(one =>
                    $"{page.Url}: {one.Id}: {one.Help}: {string.Join(" | ", one.Nodes.Take(3).Select(node => node.Html))}"
                );
            Assert.Empty(serious);
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width);
        }
    }

    [Fact]
    public async Task On_a_phone_the_sets_are_stacked_and_answers_stay_in_reach()
    {
        await using var study = await ServedStudy.StartAsync();
        await using var context = await browser.OpenAsync(390);
        var page = await context.NewPageAsync();
        await BeginByKeyboard(page, study.Server.RaterLinks[0]);
        await ReadyAsync(page, 1);
        var left = (await page.Locator(".gallery[data-side=left]").BoundingBoxAsync())!;
        var right = (await page.Locator(".gallery[data-side=right]").BoundingBoxAsync())!;
        Assert.True(right.Y >= left.Y + left.Height);
        var button = (await page.Locator(".answers button").First.BoundingBoxAsync())!;
        Assert.True(button.Height >= 44 && button.Y + button.Height <= 900);
        await page.Locator(".answers button").Last.ClickAsync();
        await ReadyAsync(page, 2);
    }

    [Fact]
    public async Task It_works_without_script()
    {
        await using var study = await ServedStudy.StartAsync();
        await using var context = await browser.OpenAsync(script: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync(study.Server.RaterLinks[0]);
        await page.ClickAsync("button");
        await page.ClickAsync("a.button");
        await page.ClickAsync("[data-answer=right]");
        await page.WaitForURLAsync("**/page/2");
        Assert.Equal(Answer.Right, Assert.Single(await study.Store.ReadVotesAsync(_cancelled)).Answer);
    }

    private static async Task BeginByKeyboard(IPage page, string link)
    {
        await page.GotoAsync(link);
        await EnterAsync(page, "button[type=submit]", "a.button");
        await EnterAsync(page, "a.button", "#page[data-page='1']");
    }

    /// <summary>Presses Enter until it is heard: chromium drops keys that come before a page is first drawn.</summary>
    private static async Task EnterAsync(IPage page, string focused, string next)
    {
        for (var tries = 0; await page.Locator(next).CountAsync() == 0; tries++)
        {
            Assert.True(tries < 360, $"Enter on {focused} does not lead to {next}.");
            if (tries % 10 == 0)
            {
                await page.FocusAsync(focused);
                await page.Keyboard.PressAsync("Enter");
            }

            await page.WaitForTimeoutAsync(500);
        }
    }

    /// <summary>Asks again until it is so. The policy of the pages allows no script that is made from a text.</summary>
    private static async Task UntilAsync(IPage page, string so)
    {
        for (var tries = 0; !await page.EvaluateAsync<bool>($"!!({so})"); tries++)
        {
            Assert.True(tries < 1800, $"Not so after three minutes: {so}");
            await page.WaitForTimeoutAsync(100);
        }
    }

    private static async Task<int> TotalOf(IPage page) =>
        int.Parse(
            (await page.GetAttributeAsync("#page", "data-total"))!,
            System.Globalization.CultureInfo.InvariantCulture
        );

    /// <summary>The page is on the screen and takes answers.</summary>
    private static Task ReadyAsync(IPage page, int number) =>
        UntilAsync(
            page,
            $"document.querySelector('#page').dataset.page === '{number}' && document.querySelector('.answers button') && !document.querySelector('.answers [aria-disabled]') && document.querySelector('#help-open').hidden === false"
        );
}
