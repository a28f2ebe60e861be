using Microsoft.AspNetCore.Http;
using Semblance.Models.Hub;
using Semblance.Models.Hub.Pulling;

namespace Semblance.Models.Tests.Hub.Pulling;

/// <summary>Bytes that are not those that were announced never get a name in the cache.</summary>
public sealed class ContentFaultTests
{
    private const int Size = 3_000_000;

    [Theory]
    [InlineData(Size - 1)]
    [InlineData(Size + 1)]
    public async Task A_stated_wrong_length_is_refused_at_once(int length)
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small(Size));
        Store(place, context => place.Hub.SendAsync(context, HubPlace.Noise(length, 9), "\"x\""));

        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());

        Assert.Contains(
            $"should have {Size} bytes, but the server sends {length}",
            error.Message,
            StringComparison.Ordinal
        );
        AssertNoWeights(place);
    }

    [Theory]
    [InlineData(Size - 1, "broke off")]
    [InlineData(Size + 100, "sends more")]
    public async Task An_unstated_wrong_length_is_refused_at_the_end(int length, string because)
    {
        var repository = HubPlace.Small(Size);
        await using var place = await HubPlace.WithAsync(repository);
        byte[] bytes = [.. repository.Files["model.safetensors"].Bytes, .. new byte[100]];
        Store(
            place,
            async context =>
            {
                if (context.Request.Headers.ContainsKey("Range"))
                {
                    context.Response.StatusCode = 500;
                    return;
                }
                // Chunked: nobody is told how long it is.
                await context.Response.Body.WriteAsync(bytes.AsMemory(0, length));
            }
        );

        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());

        Assert.True(
            error.Message.Contains(because, StringComparison.Ordinal)
                || error.Message.Contains("(500)", StringComparison.Ordinal),
            error.Message
        );
        AssertNoWeights(place);
    }

    [Fact]
    public async Task Wrong_bytes_are_thrown_away()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small(Size));
        var wrong = HubPlace.Noise(Size, 77);
        Store(place, context => place.Hub.SendAsync(context, wrong, "\"x\""));

        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());

        Assert.Contains(
            "model.safetensors of org/name arrived twice with bytes that do not have the hash",
            error.Message,
            StringComparison.Ordinal
        );
        AssertNoWeights(place);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(place.Model, "blobs"), "*.incomplete"));
    }

    [Fact]
    public async Task Wrong_bytes_of_a_small_file_are_thrown_away()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small());
        place.Hub.Before = async (context, asked) =>
        {
            if (!asked.Path.EndsWith("/config.json", StringComparison.Ordinal))
            {
                return false;
            }

            await place.Hub.SendAsync(context, "[]"u8.ToArray(), "\"x\"");
            return true;
        };

        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());

        Assert.Contains("config.json of org/name arrived twice", error.Message, StringComparison.Ordinal);
        place.AssertSound();
    }

    [Fact]
    public async Task Bytes_that_were_wrong_once_are_fetched_again()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small(Size));
        var first = 1;
        Store(
            place,
            context => place.Hub.SendAsync(context, HubPlace.Noise(Size, 77), "\"x\""),
            () => Interlocked.Exchange(ref first, 0) == 1
        );

        await place.PullAsync();

        place.AssertSound();
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(Size)]
    [InlineData(Size + 1)]
    public async Task A_leftover_that_does_not_belong_is_begun_anew(int length)
    {
        var repository = HubPlace.Small(Size);
        await using var place = await HubPlace.WithAsync(repository);
        Leave(place, repository, new byte[length]);

        await place.PullAsync();

        place.AssertSound();
        Assert.Equal(Size, new FileInfo(Blob(place, repository)).Length);
    }

    [Fact]
    public async Task A_leftover_that_is_whole_is_only_hashed()
    {
        var repository = HubPlace.Small(Size);
        await using var place = await HubPlace.WithAsync(repository);
        Leave(place, repository, repository.Files["model.safetensors"].Bytes);

        await place.PullAsync();

        place.AssertSound();
        Assert.DoesNotContain(place.Hub.Asked, asked => asked.Host == place.Hub.StoreAddress.Authority);
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_gives_the_whole_again()
    {
        var repository = HubPlace.Small(Size);
        await using var place = await HubPlace.WithAsync(repository);
        var bytes = repository.Files["model.safetensors"].Bytes;
        Leave(place, repository, bytes[..1_000_000]);
        Store(
            place,
            async context =>
            {
                context.Response.ContentLength = bytes.Length;
                await context.Response.Body.WriteAsync(bytes);
            }
        );

        await place.PullAsync();

        place.AssertSound();
    }

    [Fact]
    public async Task A_server_without_ranges_whose_connections_break_off_is_not_said_to_change_the_file()
    {
        await using var place = await HubPlace.WithAsync(HubPlace.Small(Size));
        place.Hub.CutAfter = 1 << 20;
        place.Hub.Before = (context, _) =>
        {
            context.Request.Headers.Remove("Range");
            return Task.FromResult(false);
        };

        var error = await Assert.ThrowsAsync<ResourceException>(() => place.PullAsync());

        Assert.Contains("sends the file only from its start", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("changes on the server", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_that_cannot_be_had_begins_anew()
    {
        var repository = HubPlace.Small(Size);
        await using var place = await HubPlace.WithAsync(repository);
        Leave(place, repository, repository.Files["model.safetensors"].Bytes[..1_000_000]);
        var first = 1;
        Store(
            place,
            context =>
            {
                context.Response.StatusCode = 416;
                return Task.CompletedTask;
            },
            () => Interlocked.Exchange(ref first, 0) == 1
        );

        await place.PullAsync();

        place.AssertSound();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_etag_that_changes_between_ranges_begins_anew(bool heedsIfRange)
    {
        var repository = HubPlace.Small(Size);
        await using var place = await HubPlace.WithAsync(repository);
        var bytes = repository.Files["model.safetensors"].Bytes;
        place.Hub.CutAfter = 1 << 20;
        var turn = 0;
        Store(
            place,
            async context =>
            {
                // Before the change the bytes were others; after it they are right.
                var now = Interlocked.Increment(ref turn);
                place.Hub.CutAfter = now == 1 ? 1 << 20 : int.MaxValue;
                if (!heedsIfRange)
                {
                    context.Request.Headers.Remove("If-Range");
                }

                await place.Hub.SendAsync(
                    context,
                    now == 1 ? HubPlace.Noise(Size, 5) : bytes,
                    $"\"v{Math.Min(now, 2)}\""
                );
            }
        );

        await place.PullAsync();

        place.AssertSound();
        Assert.Contains(place.Hub.Asked, asked => asked.IfRange == "\"v1\"");
        // Noticed by the etag, before the rest came that the hash would have found wrong: one wait more.
        Assert.Equal(heedsIfRange ? 1 : 2, place.Waits.Count);
    }

    [Fact]
    public async Task A_file_that_the_hub_changed_meanwhile_is_said()
    {
        var repository = HubPlace.Small(Size);
        await using var place = await HubPlace.WithAsync(repository);
        using var client = new HubClient(place.Settings);
        var plan = await client.PlanAsync(
            new PullRequest(new HubRepository(HubKind.Model, HubPlace.Name)),
            TestContext.Current.CancellationToken
        );
        repository.With("model.safetensors", HubPlace.Noise(Size, 42), large: true);

        var error = await Assert.ThrowsAsync<ResourceException>(() =>
            client.PullAsync(plan, null, TestContext.Current.CancellationToken)
        );

        Assert.Contains("was changed on the hub", error.Message, StringComparison.Ordinal);
        AssertNoWeights(place);
    }

    /// <summary>What the second origin says instead.</summary>
    private static void Store(HubPlace place, Func<HttpContext, Task> answer, Func<bool>? when = null) =>
        place.Hub.Before = async (context, asked) =>
        {
            if (asked.Host != place.Hub.StoreAddress.Authority || when?.Invoke() == false)
            {
                return false;
            }

            await answer(context);
            return true;
        };

    private static string Blob(HubPlace place, FakeRepository repository) =>
        Path.Combine(place.Model, "blobs", HubPlace.Sha256(repository.Files["model.safetensors"].Bytes));

    private static void Leave(HubPlace place, FakeRepository repository, byte[] bytes)
    {
        Directory.CreateDirectory(Path.Combine(place.Model, "blobs"));
        File.WriteAllBytes(Blob(place, repository) + ".incomplete", bytes);
    }

    private static void AssertNoWeights(HubPlace place)
    {
        place.AssertSound();
        Assert.False(File.Exists(Path.Combine(place.Model, "snapshots", HubPlace.Commit, "model.safetensors")));
        Assert.False(File.Exists(Path.Combine(place.Model, "refs", "main")), "a reference stands for what is whole");
    }
}
