using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Semblance.Agreement;

namespace Semblance.Studio.Storing;

/// <summary><c>votes.csv</c>, one row a final vote, and <c>events.jsonl</c>.</summary>
public static class VotesCsv
{
    /// <summary>Name of the table in a run folder.</summary>
    public const string FileName = "votes.csv";

    /// <summary>Name of the log in a run folder.</summary>
    public const string EventsFileName = "events.jsonl";

    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    private static readonly IReadOnlyList<(string Name, Func<StoredVote, int, object?> Of)> Columns =
    [
        ("vote_id", (vote, _) => vote.Id),
        ("rater", (vote, _) => StudyWords.Rater(vote.Rater)),
        ("prompt", (vote, _) => vote.Prompt),
        ("left_model", (vote, _) => vote.LeftModel),
        ("right_model", (vote, _) => vote.RightModel),
        ("answer", (vote, _) => StudyWords.Of(vote.Answer)),
        ("check", (vote, _) => StudyWords.Of(vote.Check)),
        ("expected", (vote, _) => vote.Expected is { } expected ? StudyWords.Of(expected) : null),
        ("position", (vote, _) => vote.Page),
        ("view_seconds", (vote, _) => vote.ViewSeconds),
        ("answered_at", (vote, _) => Time(vote.AnsweredAt)),
        ("revisions", (_, revisions) => revisions),
        ("question_hash", (vote, _) => vote.QuestionHash),
        ("left_shown", (vote, _) => string.Join(' ', vote.LeftShown)),
        ("right_shown", (vote, _) => string.Join(' ', vote.RightShown)),
        ("reason", (vote, _) => vote.Reason),
        ("note", (vote, _) => vote.Note),
        ("load_seconds", (vote, _) => vote.LoadSeconds),
        ("hidden_seconds", (vote, _) => vote.HiddenSeconds),
        ("zooms", (vote, _) => vote.Zooms),
        ("seen_left", (vote, _) => vote.SeenLeft),
        ("seen_right", (vote, _) => vote.SeenRight),
        ("screen", (vote, _) => vote.Screen),
        ("received_at", (vote, _) => Time(vote.ReceivedAt)),
    ];

    /// <summary>Names of the columns, in their order.</summary>
    public static IReadOnlyList<string> ColumnNames { get; } = [.. Columns.Select(column => column.Name)];

    /// <summary>The final answers of a list that has every answer.</summary>
    public static IReadOnlyList<(StoredVote Vote, int Revisions)> Final(IReadOnlyList<StoredVote> votes) =>
        [.. votes.GroupBy(vote => (vote.Rater, vote.Page)).Select(page => (page.Last(), page.Count() - 1))];

    /// <summary>The same as a row of the statistics.</summary>
    public static Vote ToVote(StoredVote vote, int revisions = 0)
    {
        ArgumentNullException.ThrowIfNull(vote);
        return new Vote(StudyWords.Rater(vote.Rater), vote.Prompt, vote.LeftModel, vote.RightModel, vote.Answer)
        {
            Check = vote.Check,
            Expected = vote.Expected,
            Seconds = vote.ViewSeconds,
            Time = vote.AnsweredAt,
            Position = vote.Page,
            Revisions = revisions,
            QuestionHash = vote.QuestionHash,
        };
    }

    /// <summary>The table of the final votes, UTF-8 without byte order mark, LF.</summary>
    /// <param name="votes">Every answer, the final one of a page last.</param>
    public static string Of(IReadOnlyList<StoredVote> votes)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', ColumnNames).Append('\n');
        foreach (var (vote, revisions) in Final(votes))
        {
            text.AppendJoin(',', Columns.Select(column => Quote(Text(column.Of(vote, revisions))))).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A line of JSON for each event, by time.</summary>
    public static string Of(IReadOnlyList<StoredEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var text = new StringBuilder();
        foreach (var one in events)
        {
            using var line = new MemoryStream();
            using (
                var json = new Utf8JsonWriter(
                    line,
                    new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
                )
            )
            {
                json.WriteStartObject();
                json.WriteString("event_id", one.Id);
                json.WriteString("rater", StudyWords.Rater(one.Rater));
                json.WriteString("at", Time(one.At));
                json.WriteString("kind", one.Kind);
                if (one.Page is { } page)
                {
                    json.WriteNumber("position", page);
                }

                if (one.Detail is { } detail)
                {
                    json.WriteString("detail", detail);
                }

                json.WriteEndObject();
            }

            text.Append(Encoding.UTF8.GetString(line.ToArray())).Append('\n');
        }

        return text.ToString();
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(Special) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
