using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Semblance.Studio.Storing;

/// <summary>A SQLite file with a write-ahead log that is synced at every commit. One process has it at a time.</summary>
internal sealed class SqliteDatabase : IVoteDatabase
{
    private readonly string _connection;
    private readonly FileStream _lock;
    private readonly SemaphoreSlim _writer = new(1);

    private SqliteDatabase(string path, FileStream alone)
    {
        Name = path;
        _lock = alone;
        _connection = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();
    }

    public string Name { get; }

    /// <summary>Takes the file, which is made if it is not there.</summary>
    /// <exception cref="ResourceException">Another process has it, or its folder cannot be written to.</exception>
    public static SqliteDatabase Take(string path)
    {
        try
        {
            return new SqliteDatabase(
                path,
                new FileStream(
                    path + ".lock",
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    1,
                    FileOptions.DeleteOnClose
                )
            );
        }
        catch (Exception error) when (FileFault.IsOne(error))
        {
            throw Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) && File.Exists(path + ".lock")
                ? new ResourceException(
                    $"{path} is in use by another process that serves this study; stop that one, or use PostgreSQL for several.",
                    error
                )
                : ResourceException.Unwritten(path, error);
        }
    }

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connection);
        await connection.OpenAsync(cancellationToken);
        await using var setting = connection.CreateCommand();
        setting.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";
        await setting.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }

    public async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> write, CancellationToken cancellationToken)
    {
        // SQLite has one writer; waiting here is fair and needs no polling.
        await _writer.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(
                IsolationLevel.Serializable,
                cancellationToken
            );
            var result = await write(new SqlSession(connection, transaction, cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        finally
        {
            _writer.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        using (var pool = new SqliteConnection(_connection))
        {
            SqliteConnection.ClearPool(pool);
        }

        await _lock.DisposeAsync();
        _writer.Dispose();
    }
}
