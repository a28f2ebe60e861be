namespace Semblance;

/// <summary>What a text encoder reads of a text.</summary>
/// <param name="Tokens">The ids that it reads, start and end included, without padding.</param>
/// <param name="CutOff">What does not fit, as the tokens read; empty where all of it fits.</param>
public sealed record TextReading(IReadOnlyList<int> Tokens, string CutOff);
