namespace Semblance.Studio.Storing;

/// <summary>What is known of a rater beside the votes.</summary>
/// <param name="Rater">Number, from 0.</param>
/// <param name="Place">Whose pages the rater sees: the own number, or that of one who left.</param>
/// <param name="ConsentedAt">Null before consent.</param>
/// <param name="FinishedAt">Null before the last page.</param>
/// <param name="LeftAt">When the place was given to another rater; null where it was not.</param>
/// <param name="Outside">Hash of the name that a platform has for the rater; null for one with a link of their own.</param>
public sealed record RaterState(
    int Rater,
    int Place,
    DateTimeOffset? ConsentedAt,
    DateTimeOffset? FinishedAt,
    DateTimeOffset? LeftAt,
    string? Outside
);
