using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Semblance.Studio.Storing;

/// <summary>A SQLite file with a write-ahead log that is synced at every commit. One process has it at a time.</summary>
internal sealed class SqliteDatabase : IVoteDatabase
{
    private readonly string _connection;
    private readonly string _settings;
    private readonly FileStream _lock;
    private DbConnection? _writer;

    private SqliteDatabase(string path, FileStream alone, int? mostPages)
    {
        Name = path;
        _settings =
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"
            + (mostPages is { } pages ? FormattableString.Invariant($"; PRAGMA max_page_count = {pages}") : "");
        _lock = alone;
        _connection = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 }.ToString();
    }

    public string Name { get; }

    /// <summary>Takes the file, which is made if it is not there.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="mostPages">Pages of 4 KiB after which it is full; null for as many as the disk has room for.</param>
    /// <exception cref="ResourceException">Another process has it, or its folder cannot be written to.</exception>
    public static SqliteDatabase Take(string path, int? mostPages = null)
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
                ),
                mostPages
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
        return connection;
    }

    public async Task<DbTransaction> BeginAsync()
    {
        _writer ??= await OpenWriterAsync();
        try
        {
            return await _writer.BeginTransactionAsync(IsolationLevel.Serializable);
        }
        catch (DbException)
        {
            // Perhaps the next one can be used.
            await CloseWriterAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseWriterAsync();
        using (var pool = new SqliteConnection(_connection))
        {
            SqliteConnection.ClearPool(pool);
        }

        await _lock.DisposeAsync();
    }

    /// <summary>A connection of its own, which stays open: settings belong to a connection.</summary>
    private async Task<DbConnection> OpenWriterAsync()
    {
        var connection = await OpenAsync(CancellationToken.None);
        await using var setting = connection.CreateCommand();
#pragma warning disable CA2100 // A constant, with a number.
        setting.CommandText = _settings;
#pragma warning restore CA2100
        await setting.ExecuteNonQueryAsync();
        return connection;
    }

    private async Task CloseWriterAsync()
    {
        if (_writer is not null)
        {
            await _writer.DisposeAsync();
            _writer = null;
        }
    }
}
