using System.Data.Common;
using System.Globalization;

namespace Semblance.Studio.Storing;

/// <summary>The rows of raters: who consented, who is done, and who has which place of the open link.</summary>
internal static class RaterRows
{
    public const string Columns = "rater, COALESCE(place, rater), consented_at, finished_at, left_at, outside";

    public static RaterState Read(DbDataReader row) =>
        new(
            Number(row.GetValue(0)),
            Number(row.GetValue(1)),
            Time(row, 2),
            Time(row, 3),
            Time(row, 4),
            row.IsDBNull(5) ? null : row.GetString(5)
        );

    /// <summary>Writes a time that is kept once it is there.</summary>
    /// <param name="session">Of a writing transaction.</param>
    /// <param name="column">Which time.</param>
    /// <param name="rater">Number, from 0.</param>
    /// <param name="at">By the server's clock.</param>
    public static Task SetTimeAsync(SqlSession session, string column, int rater, DateTimeOffset at) =>
        session.ExecuteAsync(
            $"INSERT INTO raters (rater, {column}) VALUES (@rater, @at) ON CONFLICT (rater) DO UPDATE SET {column} = COALESCE(raters.{column}, excluded.{column})",
            ("@rater", rater),
            ("@at", Text(at))
        );

    /// <summary>Notes that a rater has just done something, which keeps the place.</summary>
    public static Task SeeAsync(SqlSession session, int rater, DateTimeOffset at) =>
        session.ExecuteAsync(
            "UPDATE raters SET seen_at = @at WHERE rater = @rater",
            ("@rater", rater),
            ("@at", Text(at))
        );

    /// <summary>The number of a rater who comes by the open link, as <see cref="VoteStore.JoinAsync"/> says.</summary>
    public static async Task<int?> JoinAsync(
        SqlSession session,
        string outside,
        int first,
        int most,
        DateTimeOffset now,
        TimeSpan lease
    )
    {
        var known = await session.ScalarAsync(
            "SELECT rater FROM raters WHERE outside = @outside",
            ("@outside", outside)
        );
        if (known is not null)
        {
            return Number(known);
        }

        var all = await session.QueryAsync(
            "SELECT rater, COALESCE(place, rater), seen_at, finished_at, left_at FROM raters WHERE outside IS NOT NULL ORDER BY seen_at, rater",
            row =>
                (
                    Rater: Number(row.GetValue(0)),
                    Place: Number(row.GetValue(1)),
                    Seen: Time(row, 2),
                    Finished: Time(row, 3),
                    Left: Time(row, 4)
                )
        );
        var held = all.Where(one => one.Left is null).ToArray();
        var place = Enumerable.Range(first, most).Except(held.Select(one => one.Place)).Cast<int?>().FirstOrDefault();
        if (place is null)
        {
            // The one who was seen least recently, if that is long enough ago.
            var gone = Array.FindIndex(held, one => one.Finished is null && one.Seen <= now - lease);
            if (gone < 0)
            {
                return null;
            }

            place = held[gone].Place;
            await SetTimeAsync(session, "left_at", held[gone].Rater, now);
        }

        var rater = first + all.Count;
        await session.ExecuteAsync(
            "INSERT INTO raters (rater, outside, place, seen_at) VALUES (@rater, @outside, @place, @at)",
            ("@rater", rater),
            ("@outside", outside),
            ("@place", place.Value),
            ("@at", Text(now))
        );
        return rater;
    }

    private static int Number(object value) => Convert.ToInt32(value, CultureInfo.InvariantCulture);

    /// <summary>In UTC, so that the order of texts is that of times.</summary>
    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.Parse(row.GetString(column), CultureInfo.InvariantCulture);
}
