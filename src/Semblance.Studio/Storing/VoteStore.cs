using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Semblance.Studio.Design;

namespace Semblance.Studio.Storing;

/// <summary>
/// The study and its votes. A method that writes returns after the commit. Nothing is ever deleted or overwritten: an
/// answer that is changed is another row.
/// </summary>
public sealed class VoteStore : IAsyncDisposable
{
    private const string Postgres = "postgres:";
    private const string Sqlite = "sqlite:";

    private readonly IVoteDatabase _database;

    private VoteStore(IVoteDatabase database) => _database = database;

    /// <summary>For messages: the file, or the host and name of the database.</summary>
    public string Name => _database.Name;

    /// <summary>Opens <c>sqlite:FILE</c>, <c>postgres:CONNECTION</c> or the path of a SQLite file, and makes or migrates its tables.</summary>
    /// <exception cref="InputException">It is not such a database, or of a newer version.</exception>
    /// <exception cref="ResourceException">It is in use or cannot be reached.</exception>
    /// <exception cref="UsageException">The connection is not understood.</exception>
    public static Task<VoteStore> OpenAsync(string place, CancellationToken cancellationToken = default) =>
        OpenAsync(place, null, cancellationToken);

    internal static async Task<VoteStore> OpenAsync(string place, int? version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(place);
        var file = FileOf(place);
        IVoteDatabase database = file is null
            ? PostgresDatabase.Of(place[Postgres.Length..])
            : SqliteDatabase.Take(file);
        try
        {
            await StoreSchema.PrepareAsync(database, version, cancellationToken);
            return new VoteStore(database);
        }
        catch (DbException error)
        {
            var name = database.Name;
            await database.DisposeAsync();
            throw file is null
                ? new ResourceException($"{name} cannot be used: {error.Message}", error)
                : new InputException(
                    $"{name} cannot be used for votes: {error.Message} Name another file for the votes.",
                    error
                );
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
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
        _database.WriteAsync(
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
        _database.WriteAsync(
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
        _database.WriteAsync(
            async session =>
            {
                await InsertAsync(session, happened);
                return true;
            },
            cancellationToken
        );

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

    /// <summary>Raters who opened their link, by number.</summary>
    public Task<IReadOnlyList<RaterState>> ReadRatersAsync(CancellationToken cancellationToken = default) =>
        QueryAsync(
            "SELECT rater, consented_at, finished_at, outside FROM raters ORDER BY rater",
            row => new RaterState(
                Convert.ToInt32(row.GetValue(0), CultureInfo.InvariantCulture),
                Time(row, 1),
                Time(row, 2),
                row.IsDBNull(3) ? null : row.GetString(3)
            ),
            cancellationToken
        );

    /// <summary>Notes that a rater consented; the first time is kept.</summary>
    public Task ConsentAsync(int rater, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        SetTimeAsync("consented_at", rater, at, cancellationToken);

    /// <summary>Notes that a rater answered every page; the first time is kept.</summary>
    public Task FinishAsync(int rater, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        SetTimeAsync("finished_at", rater, at, cancellationToken);

    /// <summary>The number of a rater who comes with a name from outside; a new one where it is new. Null where all places are taken.</summary>
    /// <param name="outside">Hash of the name.</param>
    /// <param name="first">Numbers below are for raters with links of their own.</param>
    /// <param name="most">How many may come this way.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<int?> JoinAsync(string outside, int first, int most, CancellationToken cancellationToken = default) =>
        _database.WriteAsync<int?>(
            async session =>
            {
                var known = await session.ScalarAsync(
                    "SELECT rater FROM raters WHERE outside = @outside",
                    ("@outside", outside)
                );
                if (known is not null)
                {
                    return Convert.ToInt32(known, CultureInfo.InvariantCulture);
                }

                var taken = Convert.ToInt32(
                    await session.ScalarAsync("SELECT COUNT(*) FROM raters WHERE outside IS NOT NULL"),
                    CultureInfo.InvariantCulture
                );
                if (taken >= most)
                {
                    return null;
                }

                await session.ExecuteAsync(
                    "INSERT INTO raters (rater, outside) VALUES (@rater, @outside)",
                    ("@rater", first + taken),
                    ("@outside", outside)
                );
                return first + taken;
            },
            cancellationToken
        );

    /// <summary>Closes the database, so that another process may have it.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private Task<bool> SetTimeAsync(string column, int rater, DateTimeOffset at, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    $"INSERT INTO raters (rater, {column}) VALUES (@rater, @at) ON CONFLICT (rater) DO UPDATE SET {column} = COALESCE(raters.{column}, excluded.{column})",
                    ("@rater", rater),
                    ("@at", at.ToString("O", CultureInfo.InvariantCulture))
                );
                return true;
            },
            cancellationToken
        );

    private static Task InsertAsync(SqlSession session, StoredEvent happened) =>
        session.ExecuteAsync(
            "INSERT INTO events (event_id, rater, at, body) VALUES (@id, @rater, @at, @body) ON CONFLICT DO NOTHING",
            ("@id", happened.Id),
            ("@rater", happened.Rater),
            ("@at", happened.At.ToString("O", CultureInfo.InvariantCulture)),
            ("@body", JsonSerializer.Serialize(happened, StoreJson.Default.StoredEvent))
        );

    private static DateTimeOffset? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.Parse(row.GetString(column), CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<T>> QueryAsync<T>(
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params (string Name, object Value)[] values
    )
    {
        await using var connection = await _database.OpenAsync(cancellationToken);
        return await new SqlSession(connection, null, cancellationToken).QueryAsync(sql, read, values);
    }
}
