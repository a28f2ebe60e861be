namespace Semblance.Studio.Storing;

/// <summary>What is known of a rater beside the votes.</summary>
/// <param name="Rater">Number, from 0.</param>
/// <param name="ConsentedAt">Null before consent.</param>
/// <param name="FinishedAt">Null before the last page.</param>
/// <param name="Outside">Hash of the name that a platform has for the rater; null for one with a link of their own.</param>
public sealed record RaterState(int Rater, DateTimeOffset? ConsentedAt, DateTimeOffset? FinishedAt, string? Outside);
