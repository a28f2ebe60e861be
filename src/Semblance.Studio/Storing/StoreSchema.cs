using System.Globalization;

namespace Semblance.Studio.Storing;

/// <summary>The tables, and how a database of an older version becomes one of this.</summary>
internal static class StoreSchema
{
    /// <summary>What leads from each version to the next; a step is never changed after it was released.</summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        """
            CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
            CREATE TABLE votes (
                vote_id TEXT PRIMARY KEY, rater BIGINT NOT NULL, page BIGINT NOT NULL, revision BIGINT NOT NULL,
                counts BIGINT NOT NULL, body TEXT NOT NULL
            );
            CREATE UNIQUE INDEX votes_final ON votes (rater, page, revision) WHERE counts = 1;
            CREATE TABLE raters (
                rater BIGINT PRIMARY KEY, outside TEXT UNIQUE, consented_at TEXT, finished_at TEXT
            )
            """,
        """
            CREATE TABLE events (event_id TEXT PRIMARY KEY, rater BIGINT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL);
            CREATE INDEX events_at ON events (at)
            """,
        """
            ALTER TABLE raters ADD COLUMN place BIGINT;
            ALTER TABLE raters ADD COLUMN seen_at TEXT;
            ALTER TABLE raters ADD COLUMN left_at TEXT
            """,
    ];

    /// <summary>Makes or migrates the tables.</summary>
    /// <exception cref="InputException">The database is of a newer version.</exception>
    public static async Task PrepareAsync(
        WriteQueue writes,
        string name,
        int? upTo,
        CancellationToken cancellationToken
    ) =>
        await writes.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)");
                var found = await session.ScalarAsync("SELECT MAX(version) FROM schema_version");
                var version = found is null or DBNull ? 0 : Convert.ToInt32(found, CultureInfo.InvariantCulture);
                if (version > Steps.Count)
                {
                    throw new InputException(
                        $"{name} was written by a newer Semblance (version {version} of its tables, this one knows {Steps.Count}); use that one."
                    );
                }

                foreach (var step in Steps.Take(upTo ?? Steps.Count).Skip(version))
                {
                    await session.ExecuteAsync(step);
                }

                await session.ExecuteAsync("DELETE FROM schema_version");
                await session.ExecuteAsync(
                    "INSERT INTO schema_version VALUES (@version)",
                    ("@version", Math.Max(version, upTo ?? Steps.Count))
                );
                return true;
            },
            cancellationToken
        );
}
