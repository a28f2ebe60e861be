using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Models.Tests.Hub.Pulling;

/// <summary>A hub that wants memory, time, secrets, or what only this machine can reach: each ends in one sentence.</summary>
public sealed class HostileHubTests
{
    private const string Token = "hf_ThisIsTheTokenOfATest";

    [Fact]
    public async Task What_a_hub_repeats_of_the_request_is_not_shown()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = (context, asked) =>
        {
            context.Response.StatusCode = 418;
            context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseFeature>()!.ReasonPhrase =
                $"teapot {asked.Token}";
            return Task.FromResult(true);
        };
        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            place.PullAsync(place.Settings with { Token = Token })
        );
        Assert.Contains("answers 418", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_in_a_name_of_a_listing_is_not_shown()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = (context, asked) =>
            Write(
                context,
                $$"""{"sha":"{{HubPlace.Commit}}","siblings":[{"rfilename":"../{{asked.Token}}\n::error::x"}]}"""
            );
        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            place.PullAsync(place.Settings with { Token = Token })
        );
        Assert.Contains("which would lie outside the cache", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\n::", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_licence_is_a_short_text_on_one_line()
    {
        var repository = HubPlace.Small();
        repository.Licence = $"mit\n::error::x{Token}{new string('x', 100_000)}";
        await using var place = await HubPlace.WithAsync(repository);
        using var client = new HubClient(place.Settings with { Token = Token });
        var plan = await client.PlanAsync(
            new PullRequest(new HubRepository(HubKind.Model, HubPlace.Name)),
            TestContext.Current.CancellationToken
        );
        Assert.InRange(plan.Licence!.Length, 10, 300);
        Assert.DoesNotContain('\n', plan.Licence);
    }

    [Fact]
    public async Task A_listing_of_more_than_16_MB_is_not_read()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = async (context, _) =>
        {
            var piece = new byte[1 << 16];
            for (var sent = 0; sent < 1000; sent++)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }

            return true;
        };
        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());
        Assert.Contains("sends an answer that is too long", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_without_end_end()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        var page = 0;
        place.Hub.Before = (context, asked) =>
        {
            if (!asked.Path.Contains("/tree/", StringComparison.Ordinal))
            {
                return Write(context, $$"""{"sha":"{{HubPlace.Commit}}","siblings":[]}""");
            }

            context.Response.Headers.Link = $"<{place.Hub.Address}api/models/x/tree/y?cursor={++page}>; rel=\"next\"";
            return Write(context, "[]");
        };
        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());
        Assert.Contains("1000 pages", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listing_that_drips_ends()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = async (context, _) =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[1], CancellationToken.None);
                await context.Response.Body.FlushAsync(CancellationToken.None);
                await Task.Delay(10, CancellationToken.None);
            }

            return true;
        };
        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            place.PullAsync(place.Settings with { LongestListing = TimeSpan.FromMilliseconds(200) })
        );
        Assert.Contains("has not listed org/name", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//[bad")]
    [InlineData("//host:99999")]
    [InlineData("///x")]
    [InlineData("//")]
    [InlineData("http://")]
    [InlineData("http://[::1")]
    [InlineData("\u0001")]
    public async Task Locations_that_are_none_are_one_sentence(string location)
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = (context, _) =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers["Location"] = location;
            return Task.FromResult(true);
        };
        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());
        Assert.DoesNotContain('\n', error.Message);
        Assert.True(error.Message.Length < 300, error.Message);
    }

    [Theory]
    [InlineData(
        """{"sha":"COMMIT","siblings":[{"rfilename":"a","size":9223372036854775807,"blobId":"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"},{"rfilename":"b","size":9223372036854775807,"blobId":"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"}]}"""
    )]
    [InlineData("""{"sha":"COMMIT","siblings":[{"rfilename":"\ud83d"}]}""")]
    [InlineData("""{"sha":"\ud83d","siblings":[]}""")]
    public async Task Listings_that_cannot_be_are_one_sentence(string listing)
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = (context, _) =>
            Write(context, listing.Replace("COMMIT", HubPlace.Commit, StringComparison.Ordinal));
        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_class_whose_name_is_half_a_character_is_one_sentence()
    {
        await using var place = await HubPlace.WithAsync(
            HubPlace.Small().With("model_index.json", """{"_class_name":"\ud83d"}""")
        );
        var error = await Assert.ThrowsAnyAsync<SemblanceException>(() => place.PullAsync());
        Assert.Contains("half a character", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1/x", false)]
    [InlineData("https://localhost/x", false)]
    [InlineData("https://a.localhost./x", false)]
    [InlineData("https://[::1]/x", false)]
    [InlineData("https://[::ffff:10.0.0.1]/x", false)]
    [InlineData("https://169.254.169.254/latest/meta-data", false)]
    [InlineData("https://10.1.2.3/x", false)]
    [InlineData("https://172.20.0.1/x", false)]
    [InlineData("https://192.168.1.1/x", false)]
    [InlineData("https://100.64.0.1/x", false)]
    [InlineData("https://0.0.0.0/x", false)]
    [InlineData("https://2130706433/x", false)]
    [InlineData("https://[fd00::1]/x", false)]
    [InlineData("https://93.184.216.34/x", true)]
    [InlineData("https://172.32.0.1/x", true)]
    public async Task A_public_hub_leads_to_public_addresses_only(string location, bool follows)
    {
        // An address of documentation, so that no name server is asked.
        var error = await LedAsync("https://203.0.113.1", location);
        Assert.Equal(
            follows,
            !error.Message.Contains("an address of this machine or of a private network", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_private_hub_leads_to_private_addresses()
    {
        var error = await LedAsync("https://10.0.0.1", "https://10.0.0.2/x");
        Assert.DoesNotContain("private network", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("see https://a.example/x?sig=abc&z=1 now", "see https://a.example/x?*** now")]
    [InlineData("proxy http://user:word@p.example:1/ refuses", "proxy http://***@p.example:1/ refuses")]
    [InlineData($"a {Token} b", "a *** b")]
    public void Secrets_are_left_out(string text, string clean) => Assert.Equal(clean, HubWords.Clean(text, Token));

    /// <summary>Time that grew with the square of such a text would end in a fault.</summary>
    [Fact]
    public void Addresses_without_end_are_cut() =>
        Assert.Equal(2004, HubWords.Clean(string.Concat(Enumerable.Repeat("http://", 100_000)), Token).Length);

    private static async Task<ResourceException> LedAsync(string hub, string location)
    {
        using var handler = new Leading(location);
        using var folder = new TemporaryFolder();
        var settings = new HubSettings
        {
            Endpoint = new Uri(hub),
            CacheFolder = folder.Path,
            Attempts = 1,
        };
        using var client = new HubClient(settings, new HubConnection(settings, handler), null);
        return await Assert.ThrowsAsync<ResourceException>(() =>
            client.PlanAsync(
                new PullRequest(new HubRepository(HubKind.Model, HubPlace.Name)),
                TestContext.Current.CancellationToken
            )
        );
    }

    private static async Task<bool> Write(HttpContext context, string text)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text));
        return true;
    }

    /// <summary>Leads to one place from anywhere else, where nothing is.</summary>
    private sealed class Leading(string location) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var there = request.RequestUri == new Uri(location);
            var answer = new HttpResponseMessage(there ? HttpStatusCode.NotFound : HttpStatusCode.Found)
            {
                RequestMessage = request,
            };
            answer.Headers.Location = there ? null : new Uri(location);
            return Task.FromResult(answer);
        }
    }
}
