using System.Globalization;
using Semblance.Agreement;
using Semblance.Studio.Design;
using Semblance.Studio.Storing;

namespace Semblance.Studio.Serving;

/// <summary>An answer as the browser sends it.</summary>
/// <param name="Id">Made by the browser.</param>
/// <param name="Page">Number, from 1.</param>
/// <param name="Answer">left, same, right or cannot_judge.</param>
internal sealed record GivenVote(string? Id, int Page, string? Answer)
{
    private const int LongestId = 64;
    private const int LongestNote = 2000;
    private const int LongestText = 200;
    private const int MostEvents = 500;

    public int Replaces { get; init; }
    public string? Reason { get; init; }
    public string? Note { get; init; }
    public double? ViewSeconds { get; init; }
    public double? LoadSeconds { get; init; }
    public double? HiddenSeconds { get; init; }
    public double? AgeSeconds { get; init; }
    public int? Zooms { get; init; }
    public int? SeenLeft { get; init; }
    public int? SeenRight { get; init; }
    public string? Screen { get; init; }
    public IReadOnlyList<GivenEvent>? Events { get; init; }

    /// <summary>What is wrong with it; null where it can be kept.</summary>
    public string? Fault(StudyDefinition study, int pages) =>
        Id is not { Length: > 0 and <= LongestId } || !Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? "The vote has no usable id."
        : Page < 1 || Page > pages ? $"There is no page {Page.ToString(CultureInfo.InvariantCulture)}."
        : AnswerOf() is not { } answer ? "The answer must be left, same, right or cannot_judge."
        : answer == Agreement.Answer.Same && !study.Question.HasTie ? "This study has no answer 'about the same'."
        : Replaces < 0 ? "The number of earlier answers cannot be negative."
        : Note is { Length: > LongestNote } ? "The note is too long."
        : Events is { Count: > MostEvents } ? "There are too many events."
        : null;

    /// <summary>The vote with what was on the screen.</summary>
    public StoredVote ToVote(StudyDefinition study, int rater, DesignedPage page, DateTimeOffset now) =>
        new(
            Id!,
            rater,
            Page,
            Replaces,
            AnswerOf()!.Value,
            study.Prompts[page.Prompt].Prompt,
            study.Models[page.Left.Model],
            study.Models[page.Right.Model],
            Seeds(study, page, page.Left),
            Seeds(study, page, page.Right),
            page.Check,
            page.Expected,
            study.Question.Hash,
            // By how long ago it was: the clock of the rater's device may be wrong.
            now - TimeSpan.FromSeconds(Math.Clamp(Usable(AgeSeconds) ?? 0, 0, 30 * 86400.0)),
            now
        )
        {
            Reason = Cut(Reason, LongestText),
            Note = Cut(Note, LongestNote),
            ViewSeconds = Usable(ViewSeconds),
            LoadSeconds = Usable(LoadSeconds),
            HiddenSeconds = Usable(HiddenSeconds),
            Zooms = Zooms is >= 0 ? Zooms : null,
            SeenLeft = SeenLeft is >= 0 ? SeenLeft : null,
            SeenRight = SeenRight is >= 0 ? SeenRight : null,
            Screen = Cut(Screen, LongestText),
        };

    /// <summary>What happened on the page, and the answer itself.</summary>
    public IReadOnlyList<StoredEvent> ToEvents(StoredVote vote) =>
        [
            .. (Events ?? []).Select(
                (one, i) =>
                    new StoredEvent(
                        $"{vote.Id}/{i.ToString(CultureInfo.InvariantCulture)}",
                        vote.Rater,
                        // Times of events are seconds before the answer.
                        vote.AnsweredAt - TimeSpan.FromSeconds(Math.Clamp(Usable(one.Before) ?? 0, 0, 86400)),
                        Cut(one.Kind, 40) ?? "unknown",
                        vote.Page,
                        Cut(one.Detail, LongestText)
                    )
            ),
            new StoredEvent(
                $"{vote.Id}/vote",
                vote.Rater,
                vote.AnsweredAt,
                "vote",
                vote.Page,
                StudyWords.Of(vote.Answer)
            ),
        ];

    private Answer? AnswerOf() =>
        Answer switch
        {
            "left" => Agreement.Answer.Left,
            "same" => Agreement.Answer.Same,
            "right" => Agreement.Answer.Right,
            "cannot_judge" => Agreement.Answer.CannotJudge,
            _ => null,
        };

    private static string[] Seeds(StudyDefinition study, DesignedPage page, ShownSide side) =>
        [.. side.Images.Select(image => study.Prompts[page.Prompt].Sets[side.Model].Images[image].Seed)];

    private static double? Usable(double? number) =>
        number is { } value && double.IsFinite(value) && value >= 0 ? value : null;

    private static string? Cut(string? text, int most) =>
        string.IsNullOrWhiteSpace(text) ? null
        : text.Length <= most ? text
        : text[..most];
}

/// <summary>Something that happened on a page.</summary>
/// <param name="Kind">Such as zoom.</param>
/// <param name="Before">Seconds before the answer.</param>
/// <param name="Detail">What else is known.</param>
internal sealed record GivenEvent(string? Kind, double? Before, string? Detail);
