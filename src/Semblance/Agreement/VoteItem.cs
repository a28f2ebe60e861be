namespace Semblance.Agreement;

/// <summary>What is voted on: a prompt with two models.</summary>
/// <param name="Prompt">As the scores have it.</param>
/// <param name="First">The first model.</param>
/// <param name="Second">The second model.</param>
public sealed record VoteItem(string Prompt, string First, string Second);
