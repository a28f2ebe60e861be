using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Semblance.Agreement;
using Semblance.Runs.Formats;

namespace Semblance.Studio.Storing;

/// <summary><c>votes.csv</c>, one row a final vote, and <c>events.jsonl</c>.</summary>
public static class VotesCsv
{
    /// <summary>Name of the table in a run folder.</summary>
    public const string FileName = "votes.csv";

    /// <summary>Name of the log in a run folder.</summary>
    public const string EventsFileName = "events.jsonl";

    private static readonly IReadOnlyList<(string Name, Func<Row, object?> Of)> Columns =
    [
        ("vote_id", row => row.Shown?.Id),
        ("rater", row => row.Vote.Rater),
        ("prompt", row => row.Vote.Prompt),
        ("left_model", row => row.Vote.Sided ? row.Vote.Left : null),
        ("right_model", row => row.Vote.Sided ? row.Vote.Right : null),
        ("answer", row => AnswerOf(row.Vote)),
        ("check", row => StudyWords.Of(row.Vote.Check)),
        ("expected", row => row.Vote.Expected is { } expected ? StudyWords.Of(expected) : null),
        ("position", row => row.Vote.Position),
        ("view_seconds", row => row.Vote.Seconds),
        ("answered_at", row => row.Vote.Time is { } time ? Time(time) : null),
        ("revisions", row => row.Vote.Revisions),
        ("question_hash", row => row.Vote.QuestionHash),
        ("left_shown", row => row.Shown is { } shown ? string.Join(' ', shown.LeftShown) : null),
        ("right_shown", row => row.Shown is { } shown ? string.Join(' ', shown.RightShown) : null),
        ("reason", row => row.Shown?.Reason),
        ("note", row => row.Shown?.Note),
        ("load_seconds", row => row.Shown?.LoadSeconds),
        ("hidden_seconds", row => row.Shown?.HiddenSeconds),
        ("zooms", row => row.Shown?.Zooms),
        ("seen_left", row => row.Shown?.SeenLeft),
        ("seen_right", row => row.Shown?.SeenRight),
        ("screen", row => row.Shown?.Screen),
        ("received_at", row => row.Shown is { } shown ? Time(shown.ReceivedAt) : null),
    ];

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

    /// <summary>The table of the final votes, UTF-8 without byte order mark, LF. Text is harmless to spreadsheets (decision 0010).</summary>
    /// <param name="votes">Every answer, the final one of a page last.</param>
    public static string Of(IReadOnlyList<StoredVote> votes) =>
        CsvText.ForPeople(Columns, Final(votes).Select(one => new Row(ToVote(one.Vote, one.Revisions), one.Vote)));

    /// <summary>The same table of votes that were gathered elsewhere: what was on the screen is not known.</summary>
    public static string Of(IReadOnlyList<Vote> votes) =>
        CsvText.ForPeople(Columns, votes.Select(vote => new Row(vote, null)));

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

    /// <summary>By the sides; by the model where they are not known.</summary>
    private static string AnswerOf(Vote vote) =>
        (vote.Sided, vote.Answer) switch
        {
            (false, Answer.Left) => vote.Left,
            (false, Answer.Right) => vote.Right,
            _ => StudyWords.Of(vote.Answer),
        };

    private sealed record Row(Vote Vote, StoredVote? Shown);
}
