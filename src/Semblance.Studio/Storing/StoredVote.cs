using Semblance.Agreement;

namespace Semblance.Studio.Storing;

/// <summary>One answer as it was given, and what was on the screen.</summary>
/// <param name="Id">Made by the browser; the same vote may arrive twice.</param>
/// <param name="Rater">Number, from 0.</param>
/// <param name="Page">Number, from 1.</param>
/// <param name="Replaces">How many answers to this page the rater had given before, as the browser knew.</param>
/// <param name="Answer">By the sides.</param>
/// <param name="Prompt">Of the page.</param>
/// <param name="LeftModel">What was shown on the left.</param>
/// <param name="RightModel">What was shown on the right.</param>
/// <param name="LeftShown">Seeds on the left, in the order in which they were shown.</param>
/// <param name="RightShown">Seeds on the right, in the order in which they were shown.</param>
/// <param name="Check">Why the page was shown.</param>
/// <param name="Expected">The answer that passes a check; null where there is none.</param>
/// <param name="QuestionHash">Of what was asked.</param>
/// <param name="AnsweredAt">When the answer was given, by the server's clock.</param>
/// <param name="ReceivedAt">When it arrived.</param>
public sealed record StoredVote(
    string Id,
    int Rater,
    int Page,
    int Replaces,
    Answer Answer,
    string Prompt,
    string LeftModel,
    string RightModel,
    IReadOnlyList<string> LeftShown,
    IReadOnlyList<string> RightShown,
    CheckKind Check,
    Answer? Expected,
    string QuestionHash,
    DateTimeOffset AnsweredAt,
    DateTimeOffset ReceivedAt
)
{
    /// <summary>Why the page could not be judged; null where it could.</summary>
    public string? Reason { get; init; }

    /// <summary>What the rater wrote about the page; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Seconds from when all images were shown; null where not known.</summary>
    public double? ViewSeconds { get; init; }

    /// <summary>Seconds until all images were shown.</summary>
    public double? LoadSeconds { get; init; }

    /// <summary>Seconds of the view time in which the page was not on the screen.</summary>
    public double? HiddenSeconds { get; init; }

    /// <summary>How often an image was looked at closely.</summary>
    public int? Zooms { get; init; }

    /// <summary>Images on the left that were on the screen.</summary>
    public int? SeenLeft { get; init; }

    /// <summary>Images on the right that were on the screen.</summary>
    public int? SeenRight { get; init; }

    /// <summary>Size of the window, pixel ratio and pointer, such as <c>1440x900@2 fine</c>.</summary>
    public string? Screen { get; init; }
}
