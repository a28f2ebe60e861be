using System.Data;
using System.Data.Common;
using Npgsql;

namespace Semblance.Studio.Storing;

/// <summary>A PostgreSQL database, which several server processes may share.</summary>
internal sealed class PostgresDatabase : IVoteDatabase
{
    private const int Tries = 5;
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
        for (var again = 1; ; again++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(
                    IsolationLevel.Serializable,
                    cancellationToken
                );
                var result = await write(new SqlSession(connection, transaction, cancellationToken));
                await transaction.CommitAsync(cancellationToken);
                return result;
            }
            catch (PostgresException error)
                when (again < Tries
                    && error.SqlState
                        is PostgresErrorCodes.SerializationFailure
                            or PostgresErrorCodes.DeadlockDetected
                            or PostgresErrorCodes.UniqueViolation
                )
            {
                // Another process voted at the same time: what it wrote is seen by the next try.
            }
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
