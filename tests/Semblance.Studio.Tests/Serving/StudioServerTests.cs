using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Semblance.Agreement;
using Semblance.Studio.Design;
using Semblance.Studio.Reading;
using Semblance.Studio.Serving;
using Semblance.Studio.Storing;

namespace Semblance.Studio.Tests.Serving;

public sealed partial class StudioServerTests
{
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rater_consents_answers_every_page_and_gets_a_code()
    {
        await using var study = await ServedStudy.StartAsync();
        var link = study.Server.RaterLinks[0];
        Assert.Contains("Before you begin", await study.TextAsync(link), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await study.GetAsync(link + "/page/1")).StatusCode);
        await study.PostAsync(link + "/consent");
        Assert.Contains("An example", await study.TextAsync(link), StringComparison.Ordinal);
        var total = int.Parse(
            Total().Match(await study.TextAsync(link + "/page/1")).Groups["total"].Value,
            System.Globalization.CultureInfo.InvariantCulture
        );
        for (var page = 1; page <= total; page++)
        {
            Assert.EndsWith(
                $"/page/{page}",
                (await study.GetAsync(link + "/page/next")).Headers.Location!.ToString(),
                StringComparison.Ordinal
            );
            var (code, reply) = await study.VoteAsync(link, $"v{page}", page, "left");
            Assert.Equal((HttpStatusCode.OK, true), (code, reply.GetProperty("saved").GetBoolean()));
        }

        Assert.EndsWith(
            "/done",
            (await study.GetAsync(link + "/page/next")).Headers.Location!.ToString(),
            StringComparison.Ordinal
        );
        Assert.Contains("Your completion code is", await study.TextAsync(link + "/done"), StringComparison.Ordinal);
        Assert.NotNull(Assert.Single(await study.Store.ReadRatersAsync(_cancelled)).FinishedAt);
    }

    [Fact]
    public async Task What_is_stored_is_what_was_shown()
    {
        await using var study = await ServedStudy.StartAsync();
        var definition = (await study.Store.ReadStudyAsync(_cancelled))!;
        var link = study.Server.RaterLinks[1];
        await study.PostAsync(link + "/consent");
        foreach (var page in RaterPages.Of(definition, 1))
        {
            await study.VoteAsync(link, $"v{page.Number}", page.Number, "right");
            foreach (var (side, shown) in new[] { ("left", page.Left), ("right", page.Right) })
            {
                for (var place = 1; place <= shown.Images.Count; place++)
                {
                    using var reply = await study.GetAsync($"{link}/image/{page.Number}/{side}/{place}");
                    var image = definition.Prompts[page.Prompt].Sets[shown.Model].Images[shown.Images[place - 1]];
                    Assert.Equal(
                        Tiles.Encode(Path.Combine(study.Run, image.Path), definition.Tile),
                        await reply.Content.ReadAsByteArrayAsync(_cancelled)
                    );
                }
            }
        }

        var pages = RaterPages.Of(definition, 1);
        Assert.All(
            await study.Store.ReadVotesAsync(_cancelled),
            vote =>
            {
                var page = pages[vote.Page - 1];
                Assert.Equal(definition.Models[page.Left.Model], vote.LeftModel);
                Assert.Equal(definition.Models[page.Right.Model], vote.RightModel);
                Assert.Equal(Seeds(page.Left), vote.LeftShown);
                Assert.Equal(Seeds(page.Right), vote.RightShown);
                Assert.Equal(page.Check, vote.Check);

                string[] Seeds(ShownSide side) =>
                    [
                        .. side.Images.Select(image =>
                            definition.Prompts[page.Prompt].Sets[side.Model].Images[image].Seed
                        ),
                    ];
            }
        );
    }

    [Fact]
    public async Task No_byte_that_a_rater_receives_names_a_model_or_a_prompt_or_a_file()
    {
        await using var study = await ServedStudy.StartAsync();
        var definition = (await study.Store.ReadStudyAsync(_cancelled))!;
        var link = study.Server.RaterLinks[0];
        List<string> received = [];
        HashSet<int> sizes = [];
        await Crawl(link);
        await study.PostAsync(link + "/consent");
        await Crawl(link);
        await Crawl($"{study.Server.Address}/assets/studio.css");
        await Crawl($"{study.Server.Address}/assets/studio.js");
        foreach (var page in RaterPages.Of(definition, 0))
        {
            await Crawl($"{link}/page/{page.Number}");
            await study.VoteAsync(link, $"v{page.Number}", page.Number, "left");
        }

        await Crawl(link + "/done");
        string[] secrets =
        [
            .. definition.Models,
            "hushed",
            "roaring",
            "a prompt",
            "alert(",
            study.Folder,
            ".png",
            .. definition.Prompts.SelectMany(one => one.Sets).SelectMany(set => set.Images).Select(one => one.Path),
        ];
        Assert.NotEmpty(sizes);
        foreach (var text in received)
        {
            Assert.DoesNotContain(secrets, secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }

        async Task Crawl(string address)
        {
            using var reply = await study.GetAsync(address);
            var bytes = await reply.Content.ReadAsByteArrayAsync(_cancelled);
            received.Add($"{address}\n{reply.Headers}\n{reply.Content.Headers}\n{Encoding.Latin1.GetString(bytes)}");
            Assert.Null(reply.Headers.ETag);
            Assert.Null(reply.Content.Headers.LastModified);
            if (reply.Content.Headers.ContentType?.MediaType == "image/jpeg")
            {
                // Only what decodes to pixels: no Exif, no comment, no profile.
                Assert.Equal("JFIF", Encoding.ASCII.GetString(bytes, 6, 4));
                Assert.DoesNotContain("Exif", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
                sizes.Add(bytes.Length);
            }

            foreach (Match image in Source().Matches(Encoding.Latin1.GetString(bytes)))
            {
                await Crawl(study.Server.Address + image.Groups["path"].Value);
            }
        }
    }

    [Theory]
    [InlineData("2-{0}")]
    [InlineData("1-AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("1")]
    [InlineData("-1-{0}")]
    [InlineData("01-{0}")]
    [InlineData("99999999999-{0}")]
    public async Task A_link_does_not_lead_to_another_rater(string form)
    {
        await using var study = await ServedStudy.StartAsync();
        var own = study.Server.RaterLinks[0].Split('/')[^1];
        var other = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, own[2..]);
        using var reply = await study.GetAsync($"{study.Server.Address}/r/{other}");
        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
    }

    [Fact]
    public async Task A_rater_sees_nothing_of_the_owner_and_of_others()
    {
        await using var study = await ServedStudy.StartAsync();
        var token = study.Server.RaterLinks[0].Split('/')[^1];
        foreach (var path in new[] { $"/owner/{token}", "/owner/", $"/owner/{token}/votes.csv", "/", "/r/", "/join/x" })
        {
            using var reply = await study.GetAsync(study.Server.Address + path);
            Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        }
    }

    [Fact]
    public async Task The_owner_sees_progress_and_exports_and_hostile_prompts_stay_text()
    {
        await using var study = await ServedStudy.StartAsync();
        var link = study.Server.RaterLinks[0];
        await study.PostAsync(link + "/consent");
        await study.VoteAsync(link, "v1", 1, "left");
        var page = await study.TextAsync(study.Server.OwnerLink);
        Assert.Contains("1 of ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert", page, StringComparison.Ordinal);
        var csv = await study.TextAsync(study.Server.OwnerLink + "/votes.csv");
        Assert.Equal(2, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains(
            "\"kind\":\"vote\"",
            await study.TextAsync(study.Server.OwnerLink + "/events.jsonl"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_owner_reads_who_is_left_out_by_the_rules_of_the_study_and_what_is_missing()
    {
        await using var study = await ServedStudy.StartAsync(asked =>
            asked with
            {
                Raters = 2,
                Checks = 0,
                RepeatShare = 0,
                Exclusions = new ExclusionRules { LeastMedianSeconds = 2 },
            }
        );
        Assert.Contains(
            "every prompt has 2 answers of raters who are kept: 12 are missing.",
            await study.TextAsync(study.Server.OwnerLink),
            StringComparison.Ordinal
        );
        // Both look for 1.5 seconds.
        foreach (var link in study.Server.RaterLinks)
        {
            for (var page = 1; page <= 6; page++)
            {
                await study.VoteAsync(link, $"{link[^4..]}{page}", page, "left");
            }
        }

        var text = await study.TextAsync(study.Server.OwnerLink);
        Assert.Contains(
            "12 are missing. For those of raters who are left out, add places",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("looked for 1.5 seconds (median)", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_window_does_not_count_twice_and_is_told()
    {
        await using var study = await ServedStudy.StartAsync();
        var link = study.Server.RaterLinks[0];
        await study.VoteAsync(link, "a", 1, "left");
        var (_, reply) = await study.VoteAsync(link, "b", 1, "right");
        Assert.True(reply.GetProperty("saved").GetBoolean());
        Assert.False(reply.GetProperty("final").GetBoolean());
        Assert.Contains("that answer counts", reply.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(Answer.Left, Assert.Single(await study.Store.ReadVotesAsync(_cancelled)).Answer);
    }

    [Theory]
    [InlineData("""{"id":"x","page":999,"answer":"left"}""", "There is no page 999.")]
    [InlineData("""{"id":"x","page":1,"answer":"best"}""", "The answer must be left, same, right or cannot_judge.")]
    [InlineData("""{"id":"<b>","page":1,"answer":"left"}""", "The vote has no usable id.")]
    [InlineData("""{"page":""", "This is not a vote.")]
    [InlineData("null", "This is not a vote.")]
    public async Task What_is_no_vote_is_refused_with_a_reason(string body, string reason)
    {
        await using var study = await ServedStudy.StartAsync();
        using var content = new StringContent(body);
        using var reply = await study.PostAsync(study.Server.RaterLinks[0] + "/votes", content);
        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.Contains(reason, await reply.Content.ReadAsStringAsync(_cancelled), StringComparison.Ordinal);
        Assert.Empty(await study.Store.ReadVotesAsync(_cancelled));
    }

    [Fact]
    public async Task Large_bodies_and_what_other_sites_send_are_refused()
    {
        await using var study = await ServedStudy.StartAsync();
        using var large = new StringContent(new string(' ', 100_000));
        using var tooLarge = await study.PostAsync(study.Server.RaterLinks[0] + "/votes", large);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
        using var foreign = new StringContent("{}");
        foreign.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var refused = await study.PostAsync(study.Server.RaterLinks[0] + "/consent", foreign);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task Every_answer_forbids_frames_scripts_of_others_and_sniffing()
    {
        await using var study = await ServedStudy.StartAsync();
        using var reply = await study.GetAsync(study.Server.RaterLinks[0]);
        var policy = Assert.Single(reply.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(reply.Headers.GetValues("X-Content-Type-Options")));
        Assert.DoesNotContain(reply.Headers, header => header.Key is "Server" or "Set-Cookie");
    }

    [Fact]
    public async Task The_form_works_without_the_script()
    {
        await using var study = await ServedStudy.StartAsync();
        var link = study.Server.RaterLinks[0];
        await study.PostAsync(link + "/consent");
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["vote"] = "abc",
                ["replaces"] = "0",
                ["answer"] = "same",
                ["note"] = "hm",
            }
        );
        using var reply = await study.PostAsync(link + "/page/1", form);
        Assert.EndsWith("/page/next", reply.Headers.Location!.ToString(), StringComparison.Ordinal);
        var vote = Assert.Single(await study.Store.ReadVotesAsync(_cancelled));
        Assert.Equal((Answer.Same, "hm"), (vote.Answer, vote.Note));
    }

    [Fact]
    public async Task An_open_link_gives_the_same_person_the_same_place_and_is_full_at_its_cap()
    {
        await using var study = await ServedStudy.StartAsync(options: usual => usual with { OpenPlaces = 2 });
        var one = await Place("?PROLIFIC_PID=abc&STUDY_ID=s&SESSION_ID=1");
        Assert.Equal(one, await Place("?PROLIFIC_PID=abc&STUDY_ID=s&SESSION_ID=2"));
        Assert.NotEqual(one, await Place("?PROLIFIC_PID=def"));
        Assert.Contains(
            "This study is full",
            await study.TextAsync(study.Server.OpenLink + "?PROLIFIC_PID=ghi"),
            StringComparison.Ordinal
        );

        async Task<string> Place(string query)
        {
            using var reply = await study.GetAsync(study.Server.OpenLink + query);
            return reply.Headers.Location!.ToString();
        }
    }

    [Fact]
    public async Task Links_and_votes_outlive_a_restart()
    {
        await using var study = await ServedStudy.StartAsync();
        var links = study.Server.RaterLinks.Select(link => link.Split('/')[^1]).ToArray();
        await study.VoteAsync(study.Server.RaterLinks[0], "a", 1, "left");
        await study.RestartAsync(0);
        Assert.Equal(links, study.Server.RaterLinks.Select(link => link.Split('/')[^1]));
        Assert.Single(await study.Store.ReadVotesAsync(_cancelled));
    }

    [Fact]
    public async Task A_full_disk_is_told_to_the_rater_and_nothing_is_half_written()
    {
        await using var study = await ServedStudy.StartAsync();
        var link = study.Server.RaterLinks[0];
        await study.PostAsync(link + "/consent");
        // The study alone has some pages; a few more votes fit.
        await study.ReopenAsync(
            mostPages: (int)(new FileInfo(Path.Combine(study.Run, StudySetup.FileName)).Length / 4096) + 16
        );
        List<string> saved = [];
        var code = HttpStatusCode.OK;
        for (var i = 0; i < 200 && code == HttpStatusCode.OK; i++)
        {
            (code, var reply) = await study.VoteAsync(link, $"v{i}", 1, "left", i);
            if (reply.GetProperty("saved").GetBoolean())
            {
                saved.Add($"v{i}");
            }
            else
            {
                Assert.Contains(
                    "cannot save answers",
                    reply.GetProperty("message").GetString(),
                    StringComparison.Ordinal
                );
            }
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, code);
        Assert.NotEmpty(saved);
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["vote"] = "form",
                ["replaces"] = $"{saved.Count}",
                ["answer"] = "same",
                ["note"] = new string('x', 1000),
            }
        );
        using var told = await study.PostAsync(link + "/page/1", form);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, told.StatusCode);
        Assert.Contains(
            "Your answer is not saved",
            await told.Content.ReadAsStringAsync(_cancelled),
            StringComparison.Ordinal
        );

        // With room again, what was saved is there, of the others nothing, and the vote that was refused is taken.
        await study.ReopenAsync(mostPages: null);
        Assert.Equal(saved, (await study.Store.ReadVotesAsync(_cancelled)).Select(vote => vote.Id));
        Assert.Equal(
            saved.Select(id => id + "/vote").Order(StringComparer.Ordinal),
            (await study.Store.ReadEventsAsync(_cancelled))
                .Where(one => one.Kind == "vote")
                .Select(one => one.Id)
                .Order(StringComparer.Ordinal)
        );
        var (_, again) = await study.VoteAsync(link, $"v{saved.Count}", 1, "left", saved.Count);
        Assert.True(again.GetProperty("final").GetBoolean());
    }

    [Fact]
    public async Task A_run_folder_can_be_moved_with_its_images_and_its_study()
    {
        await using var study = await ServedStudy.StartAsync(inside: true);
        var link = study.Server.RaterLinks[0];
        using var before = await study.GetAsync(link + "/image/1/left/1");
        var moved = Path.Combine(study.Folder, "moved");
        await study.Server.DisposeAsync();
        await study.Store.DisposeAsync();
        Directory.Move(study.Run, moved);
        await using var store = await StudySetup.OpenAsync(new StudyRequest(moved), null, _ => { }, _cancelled);
        await using var server = await StudioServer.StartAsync(
            store,
            moved,
            new StudioOptions { Port = 0 },
            _cancelled
        );
        using var after = await study.GetAsync(server.RaterLinks[0] + "/image/1/left/1");
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(
            await before.Content.ReadAsByteArrayAsync(_cancelled),
            await after.Content.ReadAsByteArrayAsync(_cancelled)
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_page_for_practice_the_rater_reads_the_answer(bool isRight)
    {
        await using var study = await ServedStudy.StartAsync(asked => asked with { Training = 2 });
        var link = study.Server.RaterLinks[0];
        await study.PostAsync(link + "/consent");
        Assert.Contains("first 2 pages are for practice", await study.TextAsync(link), StringComparison.Ordinal);
        var page = RaterPages.Of((await study.Store.ReadStudyAsync(_cancelled))!, 0)[0];
        Assert.Equal(CheckKind.Training, page.Check);
        Assert.Contains("For practice", await study.TextAsync(link + "/page/1"), StringComparison.Ordinal);
        var (right, wrong) = page.Expected == Answer.Left ? ("left", "right") : ("right", "left");
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["vote"] = "a", ["answer"] = isRight ? right : wrong }
        );
        using var reply = await study.PostAsync(link + "/page/1", form);
        var text = await reply.Content.ReadAsStringAsync(_cancelled);
        Assert.Contains(isRight ? "<h1>Yes</h1>" : "<h1>Not quite</h1>", text, StringComparison.Ordinal);
        Assert.Contains($"The {right} set shows one image again and again", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_back_after_the_place_was_given_away_is_told_and_votes_on_the_way_are_kept()
    {
        await using var study = await ServedStudy.StartAsync(options: usual =>
            usual with
            {
                OpenPlaces = 1,
                Lease = TimeSpan.Zero,
            }
        );
        var first = await Join("abc");
        await study.PostAsync(first + "/consent");
        var second = await Join("def");
        Assert.NotEqual(first, second);
        Assert.Contains("given to another person", await study.TextAsync(first), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await study.GetAsync(first + "/page/1")).StatusCode);
        var (_, late) = await study.VoteAsync(first, "late", 1, "left");
        Assert.True(late.GetProperty("saved").GetBoolean());
        await study.PostAsync(second + "/consent");
        Assert.Equal(
            await study.TextAsync(first + "/image/1/left/1"),
            await study.TextAsync(second + "/image/1/left/1")
        );

        async Task<string> Join(string name)
        {
            using var reply = await study.GetAsync($"{study.Server.OpenLink}?PROLIFIC_PID={name}");
            return study.Server.Address + reply.Headers.Location;
        }
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        await using var study = await ServedStudy.StartAsync();
        var port = new Uri(study.Server.Address).Port;
        var fault = await Assert.ThrowsAsync<ResourceException>(() =>
            StudioServer.StartAsync(study.Store, study.Run, new StudioOptions { Port = port }, _cancelled)
        );
        Assert.Contains($"Port {port} is in use", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_address_without_https_is_refused_unless_it_is_meant()
    {
        await using var study = await ServedStudy.StartAsync();
        var options = new StudioOptions { Port = 0, PublicAddress = new Uri("http://192.0.2.1:80") };
        var fault = await Assert.ThrowsAsync<UsageException>(() =>
            StudioServer.StartAsync(study.Store, study.Run, options, _cancelled)
        );
        Assert.Contains("is not https", fault.Message, StringComparison.Ordinal);
        await using var meant = await StudioServer.StartAsync(
            study.Store,
            study.Run,
            options with
            {
                Insecure = true,
            },
            _cancelled
        );
        Assert.StartsWith("http://192.0.2.1/r/1-", meant.RaterLinks[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_study_that_was_begun_is_not_changed()
    {
        await using var study = await ServedStudy.StartAsync();
        var run = Path.Combine(study.Folder, "run");
        await study.Store.DisposeAsync();
        var fault = await Assert.ThrowsAsync<UsageException>(() =>
            StudySetup.OpenAsync(new StudyRequest(run) { Question = Question.Paper2024 }, null, _ => { }, _cancelled)
        );
        Assert.Contains("a study is not changed once raters have links", fault.Message, StringComparison.Ordinal);
        await using var same = await StudySetup.OpenAsync(new StudyRequest(run), null, _ => { }, _cancelled);
        Assert.NotNull(await same.ReadStudyAsync(_cancelled));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sqlite:")]
    public async Task A_mistake_leaves_no_empty_database_behind(string scheme)
    {
        using var folder = new TemporaryFolder();
        await ServedStudy.RunAsync(folder, 2, 2);
        var request = new StudyRequest(folder.At("run")) { Models = [ServedStudy.First, "another-model"] };
        await Assert.ThrowsAsync<UsageException>(() =>
            StudySetup.OpenAsync(request, scheme + folder.At("new.sqlite"), _ => { }, _cancelled)
        );
        Assert.False(File.Exists(folder.At("new.sqlite")));
    }

    [GeneratedRegex("data-total=\"(?<total>\\d+)\"", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Total();

    [GeneratedRegex("src=\"(?<path>/r/[^\"]+)\"", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Source();
}
