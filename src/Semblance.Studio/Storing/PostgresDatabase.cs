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
    private NpgsqlConnection? _writer;

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

    public async Task<DbTransaction> BeginAsync()
    {
        if (_writer is { State: not ConnectionState.Open })
        {
            await _writer.DisposeAsync();
            _writer = null;
        }

        _writer ??= await _source.OpenConnectionAsync();
        var transaction = await _writer.BeginTransactionAsync(IsolationLevel.ReadCommitted);

        // One writer at a time, as in SQLite: those of all processes wait here, and then see what was committed.
        await new SqlSession(_writer, transaction, CancellationToken.None).ExecuteAsync(
            $"SELECT pg_advisory_xact_lock({Writers})"
        );
        return transaction;
    }

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null)
        {
            await _writer.DisposeAsync();
        }

        await _source.DisposeAsync();
    }
}
