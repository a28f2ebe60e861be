using System.Diagnostics;
using Semblance.Remote.Calls;
using Semblance.Remote.Settings;
using Semblance.Remote.Tests.Kinds;

namespace Semblance.Remote.Tests;

/// <summary>What holds for every kind: order, retries, limits, costs, stops.</summary>
public sealed class DisciplineTests
{
    private const string Fox = "a red fox";

    [Fact]
    public async Task A_stop_leaves_every_prompt_with_as_many_images()
    {
        await using var fake = new FakeHttp();
        using var trial = HttpApiTests.Of(fake);
        await trial.RunAsync(
            [.. Requests("one", 1, 2), .. Requests("two", 1, 2)],
            before: null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(["one", "two", "one", "two"], fake.Heard.Select(request => $"{request.Json["prompt"]}"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(524)]
    [InlineData(408)]
    [InlineData(429)]
    public async Task What_may_pass_is_tried_again(int status)
    {
        await using var fake = new FakeHttp();
        fake.Fail(Fault.Status(status, "<html>busy</html>", "text/html"));
        fake.Fail(Fault.Status(status, "busy", "text/plain"));
        using var trial = HttpApiTests.Of(fake);
        Assert.Single(await trial.RunAsync(Fox, 1));
        Assert.Equal(3, fake.Heard.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task What_is_refused_is_not_tried_again_and_says_why(int status)
    {
        await using var fake = new FakeHttp();
        fake.Fail(Fault.Status(status, """{"detail":[{"loc":["body","steps"],"msg":"not a number"}]}"""));
        using var trial = HttpApiTests.Of(fake);
        Assert.Single(await trial.RunAsync(Fox, 1, 2));
        Assert.Contains($"refused with {status}: body.steps: not a number", Assert.Single(trial.Lost).Reason);
        Assert.Equal(2, fake.Heard.Count);
    }

    [Theory]
    [InlineData("Retry-After", "0.4", "{}")]
    [InlineData("retry-after-ms", "400", "{}")]
    [InlineData("X-None", "", """{"detail":"throttled","retry_after":0.4}""")]
    [InlineData("X-None", "", """{"error":{"message":"Please try again in 0.4s."}}""")]
    public async Task The_server_says_how_long_to_wait(string header, string value, string body)
    {
        await using var fake = new FakeHttp();
        fake.Fail(Fault.Status(429, body) with { Headers = new Dictionary<string, string> { [header] = value } });
        using var trial = HttpApiTests.Of(fake);
        var clock = Stopwatch.StartNew();
        Assert.Single(await trial.RunAsync(Fox, 1));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.39, 5);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(402)]
    [InlineData(403)]
    public async Task Without_key_or_credit_the_server_gets_no_further_call(int status)
    {
        await using var fake = new FakeHttp();
        fake.Fail(Fault.Status(status, """{"title":"no","detail":"pay first"}"""));
        using var trial = HttpApiTests.Of(fake);
        Assert.Empty(await trial.RunAsync(Fox, 1, 2, 3));
        Assert.Contains("pay first", trial.Closed);
        Assert.Single(fake.Heard);
    }

    [Fact]
    public async Task A_free_call_whose_answer_was_lost_is_made_again()
    {
        await using var fake = new FakeHttp();
        fake.Fail(new Fault { CutsAfter = true });
        using var trial = HttpApiTests.Of(fake);
        Assert.Single(await trial.RunAsync(Fox, 1));
        Assert.Equal(2, fake.Made);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_paid_call_whose_answer_was_lost_stays_counted_and_is_not_repeated(bool cut)
    {
        await using var fake = new FakeHttp();
        fake.Fail(cut ? new Fault { CutsAfter = true } : Fault.Status(504, "gateway", "text/html"));
        using var trial = Paid(fake, 1);
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Single(fake.Heard);
        Assert.Equal(CallState.Unknown, trial.Find(Fox, "1")!.State);
        Assert.Equal(0.25m, trial.Cost());
        // The next run asks again, and that costs again.
        Assert.Single(await trial.RunAsync(Fox, 1));
        Assert.Equal(0.5m, trial.Cost());
    }

    [Fact]
    public async Task The_budget_is_reserved_before_a_call_and_ends_it_in_the_middle()
    {
        await using var fake = new FakeHttp();
        using var trial = Paid(fake, 0.6m);
        Assert.Equal(2, (await trial.RunAsync(Fox, 1, 2, 3, 4)).Count);
        Assert.Contains("would pass the limit of 0.6 USD (0.50 spent or open)", trial.Closed);
        Assert.Equal(2, fake.Made);
        Assert.Empty(await trial.RunAsync(Fox, 3, 4));
    }

    [Fact]
    public async Task A_call_that_was_refused_costs_nothing()
    {
        await using var fake = new FakeHttp();
        fake.Fail(Fault.Status(400));
        using var trial = Paid(fake, 1);
        Assert.Single(await trial.RunAsync(Fox, 1, 2));
        Assert.Equal(0.25m, trial.Cost());
    }

    [Fact]
    public async Task The_number_of_images_is_limited_over_all_runs()
    {
        await using var fake = new FakeHttp();
        using var trial = new Trial { Server = HttpApiTests.Server(fake), MaxImages = 3 };
        Assert.Equal(2, (await trial.RunAsync(Fox, 1, 2)).Count);
        Assert.Single(await trial.RunAsync(Fox, 3, 4, 5));
        Assert.Contains("the limit of 3 images is reached", trial.Closed);
    }

    [Fact]
    public async Task Calls_keep_to_the_rate_of_the_server()
    {
        await using var fake = new FakeHttp();
        using var trial = new Trial
        {
            Server = HttpApiTests.Server(fake) with
            {
                Concurrency = 8,
                RateLimit = new RateLimit(2, TimeSpan.FromSeconds(0.5)),
            },
        };
        var clock = Stopwatch.StartNew();
        Assert.Equal(6, (await trial.RunAsync(Fox, 1, 2, 3, 4, 5, 6)).Count);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.8, 10);
    }

    [Fact]
    public async Task A_stop_finishes_what_is_under_way_and_keeps_it()
    {
        await using var fake = new FakeHttp();
        fake.Fail(new Fault { Delay = TimeSpan.FromSeconds(0.5) });
        using var trial = HttpApiTests.Of(fake);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.2));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            trial.RunAsync(Requests(Fox, 1, 2, 3), before: null, stop.Token)
        );
        Assert.Equal(1, fake.Made);
        Assert.Equal(CallState.Done, trial.Find(Fox, "1")!.State);
        Assert.Null(trial.Find(Fox, "2"));
    }

    [Theory]
    [InlineData(-4000)]
    [InlineData(4000)]
    public async Task A_clock_that_jumps_neither_waits_for_years_nor_gives_up(int days)
    {
        await using var fake = new FakeHttp();
        // The fake says what time it has, a second before it may be asked again.
        fake.Fail(
            Fault.Status(503) with
            {
                Headers = new Dictionary<string, string>
                {
                    ["Date"] = "Sun, 01 Mar 2026 12:00:00 GMT",
                    ["Retry-After"] = "Sun, 01 Mar 2026 12:00:01 GMT",
                },
            }
        );
        using var trial = new Trial
        {
            Server = HttpApiTests.Server(fake),
            Clock = new JumpingClock(TimeSpan.FromDays(days)),
        };
        Assert.Equal(3, (await trial.RunAsync(Fox, 1, 2, 3)).Count);
        Assert.Equal(4, fake.Heard.Count);
        Assert.All(
            (string[])["1", "2", "3"],
            seed => Assert.InRange(trial.Find(Fox, seed)!.Seconds!.Value, 0, TimeSpan.FromDays(1).TotalSeconds)
        );
    }

    [Fact]
    public async Task Nobody_there_is_said_at_once()
    {
        var fake = new FakeHttp();
        var server = HttpApiTests.Server(fake);
        await fake.DisposeAsync();
        using var trial = new Trial { Server = server };
        Assert.Empty(await trial.RunAsync(Fox, 1, 2));
        Assert.Contains("cannot be reached", trial.Closed);
        Assert.Single(trial.Lost);
    }

    [Fact]
    public async Task A_page_in_place_of_json_is_one_sentence()
    {
        await using var fake = new FakeHttp();
        fake.Fail(Fault.Status(200, "<html><body>log in</body></html>", "text/html"));
        using var trial = HttpApiTests.Of(fake);
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Contains(
            "answered with a web page (of a proxy or a login?) in place of JSON",
            Assert.Single(trial.Lost).Reason
        );
    }

    [Fact]
    public async Task No_secret_is_in_anything_that_is_written_or_said()
    {
        const string Secret = "sk-very-secret-9f8e7d";
        await using var fake = new FakeHttp { Key = "another" };
        using var trial = new Trial { Server = HttpApiTests.Server(fake) with { KeyVariable = "SECRET" } };
        trial.Variables["SECRET"] = Secret;
        // The server repeats the header in its refusal.
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.Contains("Bearer " + Secret, fake.Heard[^1].Headers["Authorization"]);
        string[] all =
        [
            trial.Closed!,
            .. trial.Lost.Select(image => image.Reason),
            .. trial.Warnings,
            await File.ReadAllTextAsync(trial.Ledger, TestContext.Current.CancellationToken),
        ];
        Assert.All(all, text => Assert.DoesNotContain(Secret, text));
        Assert.Contains("Incorrect key", trial.Closed);
    }

    [Fact]
    public async Task The_key_does_not_follow_a_redirection_to_another_origin()
    {
        await using var other = new FakeHttp();
        await using var fake = new FakeHttp { Key = "the-key-of-it" };
        fake.Fail(
            Fault.Status(303) with
            {
                Headers = new Dictionary<string, string> { ["Location"] = $"{other.Url}stolen" },
            }
        );
        using var trial = new Trial { Server = HttpApiTests.Server(fake) with { KeyVariable = "SECRET" } };
        trial.Variables["SECRET"] = "the-key-of-it";
        Assert.Empty(await trial.RunAsync(Fox, 1));
        Assert.DoesNotContain("Authorization", Assert.Single(other.Heard).Headers.Keys);
    }

    /// <summary>A clock that is set forward or back at each look; what it measures is true.</summary>
    private sealed class JumpingClock(TimeSpan by) : TimeProvider
    {
        private int _looks;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + (by * Interlocked.Increment(ref _looks));
    }

    private static Trial Paid(FakeHttp fake, decimal most) =>
        new()
        {
            Server = HttpApiTests.Server(fake),
            Model = new ServerModel("m")
            {
                Width = Trial.Side,
                Height = Trial.Side,
                PricePerImage = 0.25m,
            },
            MaxCost = most,
        };

    private static IReadOnlyList<ImageRequest> Requests(string prompt, params long[] seeds) =>
        [.. seeds.Select(seed => new ImageRequest(prompt, seed, Trial.Side, Trial.Side))];
}
