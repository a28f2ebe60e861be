namespace Semblance.Statistics;

/// <summary>An interval with both its limits.</summary>
/// <param name="Low">Lower limit.</param>
/// <param name="High">Upper limit.</param>
internal readonly record struct Interval(double Low, double High);
