using System.Data;
using System.Data.Common;
using Npgsql;

namespace Semblance.Studio.Storing;

/// <summary>A PostgreSQL database, which several server processes may share.</summary>
internal sealed class PostgresDatabase : IVoteDatabase
{
    /// <summary>The lock of this program among those that a database knows by number: "SMBL".</summary>
    private const string Writers = "1397572172";

    private readonly NpgsqlDataSource _source;

    private PostgresDatabase(NpgsqlDataSource source, string name)
    {
        _source = source;
        Name = name;
    }

    public string Name { get; }

    /// <summary>Reads a connection string of Npgsql, such as <c>Host=localhost;Database=study;Username=me</c>.</summary>
    /// <exception cref="UsageException">It is not one.</exception>
    public static PostgresDatabase Of(string connection)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connection);
            return new PostgresDatabase(
                NpgsqlDataSource.Create(parts.ConnectionString),
                $"the database {parts.Database ?? parts.Username} on {parts.Host}"
            );
        }
        catch (ArgumentException error)
        {
            throw new UsageException(
                "The PostgreSQL connection is not understood; give it as Host=HOST;Database=NAME;Username=USER;Password=WORD.",
                error
            );
        }
    }

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) =>
        await _source.OpenConnectionAsync(cancellationToken);

    public async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(
            IsolationLevel.ReadCommitted,
            cancellationToken
        );
        var session = new SqlSession(connection, transaction, cancellationToken);

        // One writer at a time, as in SQLite: those of all processes wait here, and then see what was committed.
        await session.ExecuteAsync($"SELECT pg_advisory_xact_lock({Writers})");
        var result = await write(session);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
