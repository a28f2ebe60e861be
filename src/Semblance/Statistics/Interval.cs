namespace Semblance.Statistics;

/// <summary>A confidence interval, or what else has two limits; both belong to it.</summary>
/// <param name="Low">Lower limit.</param>
/// <param name="High">Upper limit, not below <paramref name="Low"/>.</param>
public readonly record struct Interval(double Low, double High);
