using Semblance.Runs.Formats;
using Semblance.Wording;

namespace Semblance.Runs.Agreeing;

/// <summary>Finds the fields of a vote in the header of a table.</summary>
internal sealed class VoteColumns
{
    public const string Rater = "rater";
    public const string Prompt = "prompt";
    public const string LeftModel = "left_model";
    public const string RightModel = "right_model";
    public const string Answer = "answer";
    public const string ChosenModel = "chosen_model";
    public const string Check = "check";
    public const string Expected = "expected";
    public const string ViewSeconds = "view_seconds";
    public const string AnsweredAt = "answered_at";
    public const string Position = "position";
    public const string Revisions = "revisions";
    public const string QuestionHash = "question_hash";
    public const string VoteId = "vote_id";

    /// <summary>Fields that are read; a table may have others.</summary>
    public static readonly IReadOnlyList<string> Fields =
    [
        Rater,
        Prompt,
        LeftModel,
        RightModel,
        Answer,
        ChosenModel,
        Check,
        Expected,
        ViewSeconds,
        AnsweredAt,
        Position,
        Revisions,
        QuestionHash,
        VoteId,
    ];

    /// <summary>What <c>votes.csv</c> has beside them.</summary>
    private static readonly string[] Shown =
    [
        "left_shown",
        "right_shown",
        "reason",
        "note",
        "load_seconds",
        "hidden_seconds",
        "zooms",
        "seen_left",
        "seen_right",
        "screen",
        "received_at",
    ];

    private readonly Dictionary<string, int> _at;

    private VoteColumns(Dictionary<string, int> at) => _at = at;

    /// <summary>Whether the table says what was on which side.</summary>
    public bool HasSides => Has(LeftModel) && Has(RightModel);

    public bool Has(string field) => _at.ContainsKey(field);

    /// <summary>The places in the header of the fields, in their order; -1 for one that the table does not have.</summary>
    public IReadOnlyList<int> Places => [.. Fields.Select(name => _at.GetValueOrDefault(name, -1))];

    /// <summary>Whether it is a table that this program wrote, in which text is harmless to spreadsheets.</summary>
    public static bool AreOwn(IReadOnlyList<string> header) =>
        header.ToHashSet().SetEquals([.. Fields.Where(field => field != ChosenModel), .. Shown]);

    /// <summary>The place of a field among all fields.</summary>
    public static int PlaceOf(string field) => Fields.TakeWhile(other => other != field).Count();

    /// <summary>Finds the columns of the fields in a header.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="header">Names of its columns.</param>
    /// <param name="form">Where it comes from.</param>
    /// <param name="map">Columns that are named otherwise, as <c>field=column</c>.</param>
    /// <exception cref="UsageException">The map names a field or a column that there is not.</exception>
    /// <exception cref="InputException">A column that is needed is missing, or is there twice.</exception>
    public static VoteColumns Of(string path, IReadOnlyList<string> header, VoteForm form, IReadOnlyList<string> map)
    {
        var given = map.Select(entry => Entry(path, header, entry)).ToDictionary(one => one.Field, one => one.Place);
        var at = new Dictionary<string, int>(given);
        foreach (var field in Fields.Where(field => !given.ContainsKey(field)))
        {
            var place = ColumnNames.Find(header, NamesOf(form, field));
            if (place >= 0)
            {
                ColumnNames.RequireOnce(path, header, [header[place].Trim()]);
                at[field] = place;
            }
        }

        var found = new VoteColumns(at);
        string[] missing =
        [
            .. new[] { Rater, Prompt }.Where(field => !found.Has(field)),
            .. found.Has(Answer) || found.Has(ChosenModel) ? (string[])[] : [Answer],
            .. found.Has(Answer) && !found.HasSides && !found.Has(ChosenModel)
                ? new[] { LeftModel, RightModel }.Where(field => !found.Has(field))
                : [],
        ];
        return missing.Length == 0
            ? found
            : throw new InputException(
                $"{path} has no column for {Listing.Joined([.. missing.Select(field => $"\"{field}\"")])}; its columns are {Listing.Joined([.. header.Select(name => $"\"{name}\"")], 20)}."
            )
            {
                Remedies = [new Remedy(RemedyKind.NameVoteColumn, missing[0])],
            };
    }

    private static (string Field, int Place) Entry(string path, IReadOnlyList<string> header, string entry)
    {
        var equals = entry.IndexOf('=', StringComparison.Ordinal);
        var field = equals < 0 ? entry : entry[..equals].Trim();
        if (equals < 0 || !Fields.Contains(field))
        {
            throw new UsageException(
                $"A column is named as FIELD=COLUMN, such as rater=annotator, not as '{entry}'; the fields are {Listing.Joined(Fields)}.{SimilarNames.Hint(field, Fields)}"
            );
        }

        var name = entry[(equals + 1)..].Trim();
        return ColumnNames.Find(header, name) is >= 0 and var place
            ? (field, place)
            : throw new UsageException(
                $"{path} has no column \"{name}\"; its columns are {Listing.Joined([.. header.Select(own => $"\"{own}\"")], 20)}.{SimilarNames.Hint(name, header)}"
            );
    }

    /// <summary>How a field is called there; its own name is always understood.</summary>
    private static string[] NamesOf(VoteForm form, string field) =>
        (form, field) switch
        {
            (VoteForm.LabelStudio, Rater) => [field, "annotator", "completed_by", "created_username"],
            (VoteForm.LabelStudio, Answer) => [field, "choice", "comparison", "pairwise", "preference"],
            (VoteForm.LabelStudio, ViewSeconds) => [field, "lead_time"],
            (VoteForm.LabelStudio, AnsweredAt) => [field, "updated_at", "created_at"],
            (VoteForm.Argilla, Rater) => [field, "user", "user_id", "username", "responses.user_id"],
            (VoteForm.Argilla, Answer) => [field, "preference", "choice", "responses.value"],
            (VoteForm.Argilla, AnsweredAt) => [field, "updated_at", "inserted_at"],
            (VoteForm.Notebook, Rater) => [field, "name"],
            (VoteForm.Notebook, ChosenModel) => [field, "model"],
            _ => [field],
        };
}
