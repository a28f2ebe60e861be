namespace Semblance.Agreement;

/// <summary>How many people would see what a comparison of two models shows.</summary>
/// <param name="First">The first model.</param>
/// <param name="Second">The second model.</param>
/// <param name="Share">Of people who see a difference at all: those who would name the second model, 0 to 1.</param>
/// <param name="Beyond">Prompts whose difference is larger than any that was voted on.</param>
/// <param name="Curve">What it rests on.</param>
public sealed record HumanSight(string First, string Second, double Share, int Beyond, HumanCurve Curve);
