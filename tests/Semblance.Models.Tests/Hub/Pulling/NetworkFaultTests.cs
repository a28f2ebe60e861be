using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Models.Tests.Hub.Pulling;

/// <summary>Servers and networks that misbehave: what can be mended is, and what cannot is said and leaves nothing false.</summary>
public sealed class NetworkFaultTests
{
    private const int Size = 5_000_000;

    [Fact]
    public async Task A_server_that_cuts_every_connection_after_1_MB_is_gone_on_with_at_the_byte()
    {
        var repository = HubPlace.Small(Size);
        await using var place = await HubPlace.WithAsync(repository);
        place.Hub.CutAfter = 1 << 20;

        var snapshot = await place.PullAsync(place.Settings with { Attempts = 2 });

        Assert.Equal(repository.Files["model.safetensors"].Bytes, Read(snapshot));
        long[] starts =
        [
            .. place
                .Hub.Asked.Where(asked => asked.Range is not null)
                .Select(asked =>
                    long.Parse(asked.Range!["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture)
                ),
        ];
        Assert.True(starts.Length >= 4, "each connection gives 1 MB at most");
        Assert.Equal(starts.Order(), starts);
        Assert.All(starts, start => Assert.True(start > 0));
    }

    [Fact]
    public async Task A_stopped_pull_goes_on_at_the_byte_where_it_stopped()
    {
        var repository = HubPlace.Small(Size);
        await using var place = await HubPlace.WithAsync(repository);
        place.Hub.Slowness = TimeSpan.FromMilliseconds(5);
        using var stop = new CancellationTokenSource();
        using var client = new HubClient(place.Settings);
        var plan = await client.PlanAsync(Request(), TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            client.PullAsync(
                plan,
                progress =>
                {
                    if (progress.Done > Size / 2)
                    {
                        stop.Cancel();
                    }
                },
                stop.Token
            )
        );

        var left = new FileInfo(
            Directory.EnumerateFiles(Path.Combine(place.Model, "blobs"), "*.incomplete").Single()
        ).Length;
        Assert.InRange(left, Size / 2, Size - 1);
        place.AssertSound();
        place.Hub.Slowness = TimeSpan.Zero;
        Assert.Equal(
            Size - left,
            (await client.PlanAsync(Request(), TestContext.Current.CancellationToken)).MissingBytes
        );

        var snapshot = await place.PullAsync();

        Assert.Equal(repository.Files["model.safetensors"].Bytes, Read(snapshot));
        Assert.Contains(place.Hub.Asked, asked => asked.Range == $"bytes={left}-");
    }

    [Fact]
    public async Task A_connection_that_falls_silent_is_given_up_and_gone_on_with()
    {
        var repository = HubPlace.Small(Size);
        await using var place = await HubPlace.WithAsync(repository);
        var silent = 0;
        place.Hub.Before = async (context, asked) =>
        {
            if (!IsStore(place, asked) || Interlocked.Increment(ref silent) > 1)
            {
                return false;
            }

            var bytes = repository.Files["model.safetensors"].Bytes;
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, 1_000_000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };

        var snapshot = await place.PullAsync(place.Settings with { Stall = TimeSpan.FromMilliseconds(300) });

        Assert.Equal(repository.Files["model.safetensors"].Bytes, Read(snapshot));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_server_that_is_out_of_order_for_a_while_is_asked_again(int status)
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        var failures = 0;
        place.Hub.Before = (context, _) =>
        {
            var fails = Interlocked.Increment(ref failures) <= 3;
            context.Response.StatusCode = fails ? status : 200;
            return Task.FromResult(fails);
        };

        await place.PullAsync();

        place.AssertSound();
        // Twice as long each time, with a little chance.
        Assert.InRange(place.Waits[0].TotalSeconds, 0.5, 0.625);
        Assert.InRange(place.Waits[1].TotalSeconds, 1, 1.25);
        Assert.InRange(place.Waits[2].TotalSeconds, 2, 2.5);
    }

    [Theory]
    [InlineData("7", 7, 7)]
    [InlineData("0", 0, 0)]
    [InlineData("600", 600, 600)]
    [InlineData("date", 50, 60)]
    public async Task Retry_After_is_waited_for(string header, double least, double most)
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        var failures = 0;
        place.Hub.Before = (context, _) =>
        {
            if (Interlocked.Increment(ref failures) > 1)
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter =
                header == "date"
                    ? TimeProvider.System.GetUtcNow().AddSeconds(60).ToString("R", CultureInfo.InvariantCulture)
                    : header;
            return Task.FromResult(true);
        };

        await place.PullAsync();

        Assert.InRange(place.Waits[0].TotalSeconds, least, most);
    }

    [Theory]
    [InlineData("3600", "60 minutes")]
    [InlineData("100000", "28 hours")]
    public async Task Who_asks_for_an_hour_is_asked_once_and_the_time_is_told(string header, string time)
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = (context, _) =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = header;
            return Task.FromResult(true);
        };

        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());

        Assert.Contains($"asks to wait {time};", error.Message, StringComparison.Ordinal);
        Assert.Single(place.Hub.Asked);
        Assert.Empty(place.Waits);
    }

    [Fact]
    public async Task A_server_that_stays_out_of_order_is_given_up_with_one_sentence()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = (context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };

        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());

        Assert.Contains("503", error.Message, StringComparison.Ordinal);
        Assert.Contains("tried 5 times", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, place.Hub.Asked.Count);
    }

    [Theory]
    [InlineData(401, "GatedRepo", null, "gated", "HF_TOKEN")]
    [InlineData(403, "GatedRepo", "hf_x", "no access yet", "huggingface.co/org/name")]
    [InlineData(401, "RepoNotFound", null, "has no model org/name", "HF_TOKEN")]
    [InlineData(401, null, "hf_x", "does not accept the token", "HF_TOKEN")]
    [InlineData(403, null, null, "forbids", "403")]
    [InlineData(404, "RepoNotFound", null, "has no model org/name", "private")]
    [InlineData(404, "RevisionNotFound", null, "no revision main", "@")]
    [InlineData(410, null, null, "does not have", "410")]
    [InlineData(418, null, null, "418", "org/name")]
    public async Task What_the_hub_refuses_is_said_with_what_to_do(
        int status,
        string? code,
        string? token,
        string what,
        string advice
    )
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = (context, _) =>
        {
            context.Response.StatusCode = status;
            if (code is not null)
            {
                context.Response.Headers["X-Error-Code"] = code;
            }

            return Task.FromResult(true);
        };

        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            place.PullAsync(place.Settings with { Token = token })
        );

        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_x", error.ToString(), StringComparison.Ordinal);
        Assert.Single(place.Hub.Asked);
    }

    [Fact]
    public async Task A_file_that_is_gated_while_the_listing_is_not_is_said()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = (context, asked) =>
        {
            if (!asked.Path.Contains("/resolve/", StringComparison.Ordinal))
            {
                return Task.FromResult(false);
            }

            context.Response.StatusCode = 401;
            context.Response.Headers["X-Error-Code"] = "GatedRepo";
            return Task.FromResult(true);
        };

        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());

        Assert.Contains("org/name is gated", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(place.Model, "refs")));
    }

    [Fact]
    public async Task A_signed_address_that_has_run_out_is_asked_for_anew()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        var refused = 0;
        place.Hub.Before = (context, asked) =>
        {
            var refuses = IsStore(place, asked) && Interlocked.Increment(ref refused) <= 2;
            context.Response.StatusCode = refuses ? 403 : 200;
            return Task.FromResult(refuses);
        };

        await place.PullAsync();

        Assert.Equal(
            3,
            place.Hub.Asked.Count(asked => asked.Path.EndsWith("/model.safetensors", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Redirections_in_a_circle_end()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = (context, asked) =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = asked.Path;
            return Task.FromResult(true);
        };

        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());

        Assert.Contains("redirects in a circle", error.Message, StringComparison.Ordinal);
        Assert.InRange(place.Hub.Asked.Count, 2, 20);
    }

    [Fact]
    public async Task The_token_does_not_follow_a_chain_that_leaves_the_hub_and_comes_back()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = (context, asked) =>
        {
            if (IsStore(place, asked))
            {
                context.Response.StatusCode = 307;
                context.Response.Headers.Location = $"{place.Hub.Address}back";
                return Task.FromResult(true);
            }

            return Task.FromResult(false);
        };

        await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync(place.Settings with { Token = "hf_x" }));

        Assert.Contains(place.Hub.Asked, asked => asked is { Path: "/back", Token: null });
        Assert.All(
            place.Hub.Asked.Where(asked => asked.Path != "/back"),
            asked => Assert.Equal(IsStore(place, asked) ? null : "Bearer hf_x", asked.Token)
        );
    }

    [Theory]
    [InlineData("http://hub.example/x", "https to http")]
    [InlineData("ftp://hub.example/x", "not http or https")]
    [InlineData("https://user:word@hub.example/x", "not http or https")]
    public async Task From_https_no_redirection_leads_to_less(string location, string because)
    {
        using var handler = new Redirecting(new Uri(location));
        using var folder = new TemporaryFolder();
        var settings = new HubSettings
        {
            Endpoint = new Uri("https://hub.example"),
            CacheFolder = folder.Path,
            Token = "hf_x",
        };
        using var client = new HubClient(settings, new HubConnection(settings, handler), null);

        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            client.PlanAsync(Request(), TestContext.Current.CancellationToken)
        );

        Assert.Contains(because, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, handler.Requests);
        Assert.DoesNotContain("hf_x", settings.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"sha":"../../x","siblings":[]}""")]
    [InlineData("""{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":7}]}""")]
    [InlineData(
        """{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"a","size":"x","lfs":{}}]}"""
    )]
    [InlineData(
        """{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"a"},{"rfilename":"a"}]}"""
    )]
    [InlineData("""{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"a","size":-1}]}""")]
    [InlineData(
        """{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"a","size":9223372036854775807}]}"""
    )]
    public async Task An_answer_that_is_no_listing_is_said(string answer)
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = async (context, _) =>
        {
            await context.Response.WriteAsync(answer);
            return true;
        };

        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());

        Assert.Contains("not a listing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../evil")]
    [InlineData("/etc/evil")]
    [InlineData("a/../../../evil")]
    [InlineData("..\\evil")]
    [InlineData("a\nb")]
    public async Task A_name_that_leaves_the_cache_stops_everything(string name)
    {
        var repository = HubPlace.Small().With(name, "evil");
        await using var place = await HubPlace.WithAsync(repository);

        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());

        Assert.Contains("outside the cache", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(place.Model));
    }

    [Theory]
    [InlineData("\"../../../evil\"")]
    [InlineData("\"12345\"")]
    [InlineData(null)]
    public async Task A_file_without_a_hash_is_not_taken(string? etag)
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.States = false;
        place.Hub.Before = (context, asked) =>
        {
            if (asked.Method != "HEAD")
            {
                return Task.FromResult(false);
            }

            context.Response.Headers["X-Linked-Size"] = "10";
            if (etag is not null)
            {
                context.Response.Headers["X-Linked-Etag"] = etag;
            }

            return Task.FromResult(true);
        };

        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());

        Assert.Contains(
            "could not be verified",
            error.Message.Replace("it could not", "could not", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(place.Model));
    }

    [Fact]
    public async Task A_server_that_nobody_vouches_for_is_not_talked_to()
    {
        using var key = RSA.Create(2048);
        var named = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = named.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = Task.Run(async () =>
        {
            using var socket = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await using var stream = new SslStream(socket.GetStream());
            await stream.AuthenticateAsServerAsync(certificate);
            return await stream.ReadAsync(new byte[1000], TestContext.Current.CancellationToken);
        });
        using var folder = new TemporaryFolder();
        using var client = new HubClient(
            new HubSettings
            {
                Endpoint = new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"),
                CacheFolder = folder.Path,
                Token = "hf_x",
            }
        );

        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            client.PlanAsync(Request(), TestContext.Current.CancellationToken)
        );

        Assert.Contains("cannot be trusted", error.Message, StringComparison.Ordinal);
        Assert.True(await Heard(server) == 0, "nothing may be said, least of all a token");
    }

    private static async Task<int> Heard(Task<int> server)
    {
        try
        {
            return await server;
        }
        catch (Exception error) when (error is IOException or System.Security.Authentication.AuthenticationException)
        {
            return 0;
        }
    }

    private static PullRequest Request() => new(new HubRepository(HubKind.Model, HubPlace.Name));

    private static bool IsStore(HubPlace place, Asked asked) => asked.Host == place.Hub.StoreAddress.Authority;

    private static byte[] Read(string snapshot) => File.ReadAllBytes(Path.Combine(snapshot, "model.safetensors"));

    /// <summary>A server that has only one thing to say.</summary>
    private sealed class Redirecting(Uri location) : HttpMessageHandler
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            Requests++;
            var response = new HttpResponseMessage(HttpStatusCode.Found) { RequestMessage = request };
            response.Headers.Location = location;
            return Task.FromResult(response);
        }
    }
}
