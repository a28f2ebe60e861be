namespace Semblance.Agreement;

/// <summary>The final answer of one rater on one page: what a row of <c>votes.csv</c> says.</summary>
/// <param name="Rater">A pseudonym.</param>
/// <param name="Prompt">As it was written.</param>
/// <param name="Left">The model that was shown on the left.</param>
/// <param name="Right">The model that was shown on the right.</param>
/// <param name="Answer">By the sides.</param>
public sealed record Vote(string Rater, string Prompt, string Left, string Right, Answer Answer)
{
    /// <summary>Whether left and right are the sides of the screen; else only which two models were shown is known.</summary>
    public bool Sided { get; init; } = true;

    /// <summary>Why the page was shown.</summary>
    public CheckKind Check { get; init; }

    /// <summary>The answer that passes a check; null for pages that have none.</summary>
    public Answer? Expected { get; init; }

    /// <summary>Seconds from when all images were shown to the answer; null where not recorded.</summary>
    public double? Seconds { get; init; }

    /// <summary>When it was given; null where not recorded.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Place among the rater's pages, from 1; null where not recorded.</summary>
    public int? Position { get; init; }

    /// <summary>How often the answer was changed.</summary>
    public int Revisions { get; init; }

    /// <summary>Hash of the question's text; null where not recorded.</summary>
    public string? QuestionHash { get; init; }

    /// <summary>Whether the check was passed; null where there is nothing to pass.</summary>
    public bool? Passed => Expected is { } right ? Answer == right : null;
}
