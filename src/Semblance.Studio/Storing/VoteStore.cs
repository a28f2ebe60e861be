using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Semblance.Studio.Design;

namespace Semblance.Studio.Storing;

/// <summary>
/// The study and its votes. A method that writes returns after the commit. Nothing is ever deleted or overwritten: an
/// answer that is changed is another row. A database that fails, such as for a full disk, is a
/// <see cref="ResourceException"/>, and then nothing of what was to be written is there.
/// </summary>
public sealed class VoteStore : IAsyncDisposable
{
    private const string Postgres = "postgres:";
    private const string Sqlite = "sqlite:";

    private readonly IVoteDatabase _database;

    private readonly WriteQueue _writes;

    private VoteStore(IVoteDatabase database)
    {
        _database = database;
        _writes = new WriteQueue(database);
    }

    /// <summary>For messages: the file, or the host and name of the database.</summary>
    public string Name => _database.Name;

    /// <summary>Opens <c>sqlite:FILE</c>, <c>postgres:CONNECTION</c> or the path of a SQLite file, and makes or migrates its tables.</summary>
    /// <exception cref="InputException">It is not such a database, or of a newer version.</exception>
    /// <exception cref="ResourceException">It is in use or cannot be reached.</exception>
    /// <exception cref="UsageException">The connection is not understood.</exception>
    public static Task<VoteStore> OpenAsync(string place, CancellationToken cancellationToken = default) =>
        OpenAsync(DatabaseOf(place), null, cancellationToken);

    /// <summary>Makes or migrates the tables of a database.</summary>
    /// <param name="database">It is the store's from now on, also where it cannot be used.</param>
    /// <param name="version">Of the tables; null for the newest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal static async Task<VoteStore> OpenAsync(
        IVoteDatabase database,
        int? version,
        CancellationToken cancellationToken
    )
    {
        var store = new VoteStore(database);
        var name = database.Name;
        try
        {
            await StoreSchema.PrepareAsync(store._writes, name, version, cancellationToken);
            return store;
        }
        catch (DbException error)
        {
            await store.DisposeAsync();
            throw database is PostgresDatabase
                ? new ResourceException($"{name} cannot be used: {error.Message}", error)
                : new InputException(
                    $"{name} cannot be used for votes: {error.Message} Name another file for the votes.",
                    error
                );
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    internal static IVoteDatabase DatabaseOf(string place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return FileOf(place) is { } file ? SqliteDatabase.Take(file) : PostgresDatabase.Of(place[Postgres.Length..]);
    }

    /// <summary>The SQLite file of a place; null for PostgreSQL.</summary>
    internal static string? FileOf(string place) =>
        place.StartsWith(Postgres, StringComparison.Ordinal) ? null
        : place.StartsWith(Sqlite, StringComparison.Ordinal) ? place[Sqlite.Length..]
        : place;

    /// <summary>A text that belongs to the study as a whole; null where it was never written.</summary>
    public async Task<string?> ReadMetaAsync(string name, CancellationToken cancellationToken = default) =>
        await QueryAsync(
            "SELECT value FROM meta WHERE name = @name",
            row => row.GetString(0),
            cancellationToken,
            ("@name", name)
        )
            is [var value]
            ? value
            : null;

    /// <summary>Writes a text if there is none of that name yet, and returns what is there.</summary>
    public Task<string> KeepMetaAsync(string name, string value, CancellationToken cancellationToken = default) =>
        WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    "INSERT INTO meta (name, value) VALUES (@name, @value) ON CONFLICT DO NOTHING",
                    ("@name", name),
                    ("@value", value)
                );
                return (string)
                    (await session.ScalarAsync("SELECT value FROM meta WHERE name = @name", ("@name", name)))!;
            },
            cancellationToken
        );

    /// <summary>The study that the votes belong to; null in a new database.</summary>
    public async Task<StudyDefinition?> ReadStudyAsync(CancellationToken cancellationToken = default) =>
        await ReadMetaAsync("study", cancellationToken) is { } json
            ? JsonSerializer.Deserialize(json, StoreJson.Default.StudyDefinition)
            : null;

    /// <summary>Fixes the study, unless one is there; returns the one that holds.</summary>
    public async Task<StudyDefinition> KeepStudyAsync(
        StudyDefinition study,
        CancellationToken cancellationToken = default
    ) =>
        JsonSerializer.Deserialize(
            await KeepMetaAsync(
                "study",
                JsonSerializer.Serialize(study, StoreJson.Default.StudyDefinition),
                cancellationToken
            ),
            StoreJson.Default.StudyDefinition
        )!;

    /// <summary>Commits a vote with what happened on its page.</summary>
    public Task<SaveOutcome> SaveAsync(
        StoredVote vote,
        IReadOnlyList<StoredEvent> events,
        CancellationToken cancellationToken = default
    ) =>
        WriteAsync(
            async session =>
            {
                ArgumentNullException.ThrowIfNull(vote);
                var known = await session.ScalarAsync("SELECT rater FROM votes WHERE vote_id = @id", ("@id", vote.Id));
                if (known is not null)
                {
                    return SaveOutcome.Known;
                }

                var before = Convert.ToInt32(
                    await session.ScalarAsync(
                        "SELECT COUNT(*) FROM votes WHERE rater = @rater AND page = @page AND counts = 1",
                        ("@rater", vote.Rater),
                        ("@page", vote.Page)
                    ),
                    CultureInfo.InvariantCulture
                );
                var counts = vote.Replaces == before;
                await session.ExecuteAsync(
                    "INSERT INTO votes (vote_id, rater, page, revision, counts, body) VALUES (@id, @rater, @page, @revision, @counts, @body)",
                    ("@id", vote.Id),
                    ("@rater", vote.Rater),
                    ("@page", vote.Page),
                    ("@revision", before),
                    ("@counts", counts ? 1 : 0),
                    ("@body", JsonSerializer.Serialize(vote, StoreJson.Default.StoredVote))
                );
                await RaterRows.SeeAsync(session, vote.Rater, vote.ReceivedAt);
                foreach (var happened in events)
                {
                    await InsertAsync(session, happened);
                }

                return counts ? SaveOutcome.Final : SaveOutcome.Superseded;
            },
            cancellationToken
        );

    /// <summary>Commits something that belongs to no vote.</summary>
    public Task AddAsync(StoredEvent happened, CancellationToken cancellationToken = default) =>
        WriteAsync(session => InsertAsync(session, happened), cancellationToken);

    /// <summary>Every answer that counted when it was given, in the order of raters, pages and revisions: the last of a page is final.</summary>
    public Task<IReadOnlyList<StoredVote>> ReadVotesAsync(CancellationToken cancellationToken = default) =>
        QueryAsync(
            "SELECT body FROM votes WHERE counts = 1 ORDER BY rater, page, revision",
            row => JsonSerializer.Deserialize(row.GetString(0), StoreJson.Default.StoredVote)!,
            cancellationToken
        );

    /// <summary>As <see cref="ReadVotesAsync(CancellationToken)"/>, of one rater.</summary>
    public Task<IReadOnlyList<StoredVote>> ReadVotesAsync(int rater, CancellationToken cancellationToken = default) =>
        QueryAsync(
            "SELECT body FROM votes WHERE counts = 1 AND rater = @rater ORDER BY page, revision",
            row => JsonSerializer.Deserialize(row.GetString(0), StoreJson.Default.StoredVote)!,
            cancellationToken,
            ("@rater", rater)
        );

    /// <summary>All events, by their time.</summary>
    public Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(CancellationToken cancellationToken = default) =>
        QueryAsync(
            "SELECT body FROM events ORDER BY at, event_id",
            row => JsonSerializer.Deserialize(row.GetString(0), StoreJson.Default.StoredEvent)!,
            cancellationToken
        );

    /// <summary>Raters who consented or came by the open link, by number.</summary>
    public Task<IReadOnlyList<RaterState>> ReadRatersAsync(CancellationToken cancellationToken = default) =>
        QueryAsync($"SELECT {RaterRows.Columns} FROM raters ORDER BY rater", RaterRows.Read, cancellationToken);

    /// <summary>One of them; null for a rater who did neither.</summary>
    public async Task<RaterState?> ReadRaterAsync(int rater, CancellationToken cancellationToken = default) =>
        await QueryAsync(
            $"SELECT {RaterRows.Columns} FROM raters WHERE rater = @rater",
            RaterRows.Read,
            cancellationToken,
            ("@rater", rater)
        )
            is [var state]
            ? state
            : null;

    /// <summary>Notes that a rater consented; the first time is kept.</summary>
    public Task ConsentAsync(int rater, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        WriteAsync(session => RaterRows.SetTimeAsync(session, "consented_at", rater, at), cancellationToken);

    /// <summary>Notes that a rater answered every page; the first time is kept.</summary>
    public Task FinishAsync(int rater, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        WriteAsync(session => RaterRows.SetTimeAsync(session, "finished_at", rater, at), cancellationToken);

    /// <summary>
    /// The number of a rater who comes with a name from outside; a new one where the name is new. Where all places are taken,
    /// that of a rater who left is given again: one who is not done and has not been seen for as long as the lease.
    /// </summary>
    /// <param name="outside">Hash of the name.</param>
    /// <param name="first">Numbers below are for raters with links of their own.</param>
    /// <param name="most">How many places there are.</param>
    /// <param name="now">By the server's clock.</param>
    /// <param name="lease">How long a place is kept for a rater who does nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where there is no place.</returns>
    public Task<int?> JoinAsync(
        string outside,
        int first,
        int most,
        DateTimeOffset now,
        TimeSpan lease,
        CancellationToken cancellationToken = default
    ) => WriteAsync(session => RaterRows.JoinAsync(session, outside, first, most, now, lease), cancellationToken);

    /// <summary>Closes the database, so that another process may have it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writes.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static Task InsertAsync(SqlSession session, StoredEvent happened) =>
        session.ExecuteAsync(
            "INSERT INTO events (event_id, rater, at, body) VALUES (@id, @rater, @at, @body) ON CONFLICT DO NOTHING",
            ("@id", happened.Id),
            ("@rater", happened.Rater),
            ("@at", happened.At.ToString("O", CultureInfo.InvariantCulture)),
            ("@body", JsonSerializer.Serialize(happened, StoreJson.Default.StoredEvent))
        );

    private Task<bool> WriteAsync(Func<SqlSession, Task> write, CancellationToken cancellationToken) =>
        WriteAsync(
            async session =>
            {
                await write(session);
                return true;
            },
            cancellationToken
        );

    private async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await _writes.WriteAsync(write, cancellationToken);
        }
        catch (Exception error) when (error is DbException or InvalidOperationException)
        {
            throw new ResourceException($"{Name} cannot be written to: {error.Message}", error);
        }
    }

    private async Task<IReadOnlyList<T>> QueryAsync<T>(
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params (string Name, object Value)[] values
    )
    {
        try
        {
            await using var connection = await _database.OpenAsync(cancellationToken);
            return await new SqlSession(connection, null, cancellationToken).QueryAsync(sql, read, values);
        }
        catch (DbException error)
        {
            throw new ResourceException($"{Name} cannot be read: {error.Message}", error);
        }
    }
}
