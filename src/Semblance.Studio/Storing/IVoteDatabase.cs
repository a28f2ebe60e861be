using System.Data.Common;

namespace Semblance.Studio.Storing;

/// <summary>Where votes are kept: a SQLite file, or a PostgreSQL database for more than one server process.</summary>
internal interface IVoteDatabase : IAsyncDisposable
{
    /// <summary>For messages: the file, or the host and name of the database.</summary>
    string Name { get; }

    /// <summary>A connection that is read from, and is the caller's to close.</summary>
    Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// A writing transaction: the only one of all processes, and what it commits survives a loss of power. One at a time is
    /// asked for by a process.
    /// </summary>
    Task<DbTransaction> BeginAsync();
}
