namespace Semblance.Statistics;

/// <summary>A number with its confidence interval, in the unit of the scores (points) or of their difference.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Low">Lower limit.</param>
/// <param name="High">Upper limit.</param>
/// <param name="Level">Coverage that was asked for, or the most that so few prompts allow; between 0 and 1.</param>
/// <param name="Method">How it was found, such as <c>studentised bootstrap over prompts, 10000 resamples</c>.</param>
public sealed record Estimate(double Value, double Low, double High, double Level, string Method);
