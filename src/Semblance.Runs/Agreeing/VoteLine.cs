using System.Globalization;
using Semblance.Agreement;
using Semblance.Wording;

namespace Semblance.Runs.Agreeing;

/// <summary>One line of a table of votes.</summary>
/// <param name="place">File and line, for messages.</param>
/// <param name="columns">Where the fields are.</param>
/// <param name="cells">Of the line, a field each.</param>
/// <param name="models">Models of the scores.</param>
internal sealed class VoteLine(string place, VoteColumns columns, string?[] cells, IReadOnlyList<string> models)
{
    public string Place => place;

    public string? Id => Text(VoteColumns.VoteId);

    /// <summary>Reads the vote that the line holds.</summary>
    /// <exception cref="InputException">Something is missing or is not what it should be.</exception>
    public Vote ToVote()
    {
        var check = CheckOf(Text(VoteColumns.Check));
        var isSided = IsSided(check);
        var (left, right) = Pair(check, isSided);
        return new Vote(
            Required(VoteColumns.Rater),
            Required(VoteColumns.Prompt),
            left,
            right,
            AnswerOf(Text(VoteColumns.Answer) ?? Text(VoteColumns.ChosenModel), left, right, isSided)
        )
        {
            Sided = isSided,
            Check = check,
            Expected = Text(VoteColumns.Expected) is { } expected ? AnswerOf(expected, left, right, isSided) : null,
            Seconds = VoteReader.Number(Text(VoteColumns.ViewSeconds), place, VoteColumns.ViewSeconds),
            Time = TimeOf(Text(VoteColumns.AnsweredAt)),
            Position = (int?)VoteReader.Number(Text(VoteColumns.Position), place, VoteColumns.Position),
            Revisions = (int)(VoteReader.Number(Text(VoteColumns.Revisions), place, VoteColumns.Revisions) ?? 0),
            QuestionHash = Text(VoteColumns.QuestionHash),
        };
    }

    private string? Text(string field) =>
        cells[VoteColumns.PlaceOf(field)] is { } cell && !string.IsNullOrWhiteSpace(cell) ? cell.Trim() : null;

    private string Required(string field) =>
        Text(field) ?? throw new InputException($"{place}: the {field.Replace('_', ' ')} is empty.");

    /// <summary>Whether it is known what was on which side: there are such columns, and on a page of the study one is filled.</summary>
    private bool IsSided(CheckKind check) =>
        columns.HasSides
        && (
            check is not (CheckKind.None or CheckKind.Repeat)
            || Text(VoteColumns.LeftModel) is not null
            || Text(VoteColumns.RightModel) is not null
        );

    private (string Left, string Right) Pair(CheckKind check, bool isSided)
    {
        if (isSided)
        {
            // A check may show one set twice, or one image.
            return check is CheckKind.None or CheckKind.Repeat
                ? (Required(VoteColumns.LeftModel), Required(VoteColumns.RightModel))
                : (Text(VoteColumns.LeftModel) ?? "", Text(VoteColumns.RightModel) ?? "");
        }

        return models is [var first, var second]
            ? (first, second)
            : throw new InputException(
                $"{place} names the model that was chosen and not the other one, and there are scores of {Plural.Of(models.Count, "model")}; give a table with left_model and right_model, or scores of the two models only."
            );
    }

    private Answer AnswerOf(string? text, string left, string right, bool isSided) =>
        text?.ToLowerInvariant().Replace('-', '_').Replace(' ', '_') switch
        {
            null => throw new InputException($"{place}: the answer is empty."),
            "left" when isSided => Answer.Left,
            "right" when isSided => Answer.Right,
            "same" or "tie" or "about_the_same" or "equal" or "both" or "neither" => Answer.Same,
            "cannot_judge" or "skip" or "skipped" => Answer.CannotJudge,
            _ when text == left => Answer.Left,
            _ when text == right => Answer.Right,
            _ => throw new InputException(
                isSided
                    ? $"{place}: the answer is '{text}', and must be left, same, right or cannot_judge, or the name of one of the two models ('{left}', '{right}')."
                    : $"{place}: the chosen model is '{text}', and must be '{left}' or '{right}', of which there are scores, or same, or cannot_judge.{SimilarNames.Hint(text, models)}"
            ),
        };

    private CheckKind CheckOf(string? text) =>
        text?.ToLowerInvariant() switch
        {
            null or "none" => CheckKind.None,
            "training" => CheckKind.Training,
            "same_set" => CheckKind.SameSet,
            "repeated_image" => CheckKind.RepeatedImage,
            "same_model" => CheckKind.SameModel,
            "repeat" => CheckKind.Repeat,
            _ => throw new InputException(
                $"{place}: the check is '{text}', and must be empty (a page of the study), training, same_set, repeated_image, same_model or repeat."
            ),
        };

    private DateTimeOffset? TimeOf(string? text) =>
        text is null ? null
        : DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
        : throw new InputException(
            $"{place}: answered_at is '{text}', and must be a time such as 2026-03-01T12:30:00Z."
        );
}
