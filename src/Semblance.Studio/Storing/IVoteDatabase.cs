using System.Data.Common;

namespace Semblance.Studio.Storing;

/// <summary>Where votes are kept: a SQLite file, or a PostgreSQL database for more than one server process.</summary>
internal interface IVoteDatabase : IAsyncDisposable
{
    /// <summary>For messages: the file, or the host and name of the database.</summary>
    string Name { get; }

    /// <summary>A connection on which what is committed survives a loss of power.</summary>
    Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Runs one writing transaction; a second one may have to wait.</summary>
    Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> write, CancellationToken cancellationToken);
}
