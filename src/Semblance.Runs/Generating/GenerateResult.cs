using Semblance.Runs.Inputs;

namespace Semblance.Runs.Generating;

/// <summary>What became of a <see cref="GeneratePlan"/>.</summary>
/// <param name="Images">All images asked for that are there, those that existed before included.</param>
/// <param name="Made">How many of them were made now.</param>
/// <param name="MadeElsewhere">How many were missing at first, and made by another process in the meantime.</param>
public sealed record GenerateResult(ImageInput Images, int Made, int MadeElsewhere);

/// <summary>How far a generation is.</summary>
/// <param name="Done">Images that are there.</param>
/// <param name="Total">Images that there will be.</param>
/// <param name="MadeElsewhere">How many of those that are there another process has made in the meantime.</param>
public readonly record struct GenerateProgress(int Done, int Total, int MadeElsewhere);
