using Npgsql;
using Semblance.Studio.Storing;

namespace Semblance.Studio.Tests.Storing;

/// <summary>
/// On the PostgreSQL server that SEMBLANCE_POSTGRES names (<c>Host=...;Database=...;Username=...</c>), each test in a schema of
/// its own. Without one the tests are skipped.
/// </summary>
public sealed class PostgresVoteStoreTests : VoteStoreTests, IAsyncLifetime
{
    private readonly string _schema = $"test_{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}";
    private readonly CancellationToken _cancelled = TestContext.Current.CancellationToken;
    private string _server = "";

    protected override string Place => $"postgres:{_server};Search Path={_schema}";

    public async ValueTask InitializeAsync()
    {
        _server = Environment.GetEnvironmentVariable("SEMBLANCE_POSTGRES") ?? "";
        Assert.SkipWhen(_server.Length == 0, "SEMBLANCE_POSTGRES names no PostgreSQL server.");
        await RunAsync($"CREATE SCHEMA {_schema}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.Length > 0)
        {
            await RunAsync($"DROP SCHEMA {_schema} CASCADE");
        }
    }

    [Fact]
    public async Task Several_servers_begin_at_once_and_share_a_study()
    {
        var stores = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Task.Run(() => VoteStore.OpenAsync(Place, _cancelled), _cancelled))
        );
        var secrets = await Task.WhenAll(
            stores.Select((store, i) => store.KeepMetaAsync("secret", $"{i}", _cancelled))
        );
        Assert.Single(secrets.Distinct());

        // The same page in six windows, each at another server: one answer counts.
        var outcomes = await Task.WhenAll(stores.Select((store, i) => store.SaveAsync(Vote($"{i}"), [], _cancelled)));
        Assert.Single(outcomes, SaveOutcome.Final);
        Assert.Equal(5, outcomes.Count(outcome => outcome == SaveOutcome.Superseded));

        var places = await Task.WhenAll(
            stores.Select(
                (store, i) =>
                    store.JoinAsync($"{i % 3}", 10, 3, DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1), _cancelled)
            )
        );
        Assert.Equal([10, 11, 12], places.Distinct().Order());
        foreach (var store in stores)
        {
            Assert.Single(await store.ReadVotesAsync(_cancelled));
            await store.DisposeAsync();
        }
    }

    private async Task RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_server);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(_cancelled);
    }
}
