using System.Data.Common;

namespace Semblance.Studio.Storing;

/// <summary>Runs statements on one connection, within its transaction where there is one.</summary>
/// <param name="connection">Open; it is the caller's to close.</param>
/// <param name="transaction">Null for reading.</param>
/// <param name="cancellationToken">Ends the wait of every statement.</param>
internal sealed class SqlSession(
    DbConnection connection,
    DbTransaction? transaction,
    CancellationToken cancellationToken
)
{
    /// <summary>Runs one statement, or several without values.</summary>
    public async Task ExecuteAsync(string sql, params (string Name, object Value)[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first value of the first row; null where there is no row, DBNull for NULL.</summary>
    public async Task<object?> ScalarAsync(string sql, params (string Name, object Value)[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>All rows of a question, each made into a value.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(
        string sql,
        Func<DbDataReader, T> read,
        params (string Name, object Value)[] values
    )
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private DbCommand Command(string sql, (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Every text is a constant of this folder.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
