namespace Semblance.Studio.Storing;

/// <summary>Something that happened in a study: a line of <c>events.jsonl</c>.</summary>
/// <param name="Id">The same event may arrive twice.</param>
/// <param name="Rater">Number, from 0.</param>
/// <param name="At">By the server's clock.</param>
/// <param name="Kind">Such as <c>consent</c>, <c>vote</c>, <c>zoom</c>, <c>done</c>.</param>
/// <param name="Page">Number, from 1; null where it belongs to none.</param>
/// <param name="Detail">What else is known.</param>
public sealed record StoredEvent(string Id, int Rater, DateTimeOffset At, string Kind, int? Page, string? Detail);
