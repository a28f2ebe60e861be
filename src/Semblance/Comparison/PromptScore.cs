using Semblance.Variance;

namespace Semblance.Comparison;

/// <summary>One line of a table of scores: how consistent one model is on one prompt.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Prompt">The prompt as it was written, or a folder's name.</param>
/// <param name="Scs">Semantic Consistency Score, 0 to 100.</param>
/// <param name="Seeds">How many images the score is of; null where the table does not say.</param>
/// <param name="StandardError">Delete-one-image jackknife; null where the table does not say.</param>
/// <param name="Components">What seeds add to the variance of the score; null without embeddings or below four images.</param>
public sealed record PromptScore(
    string Model,
    string Prompt,
    double Scs,
    int? Seeds = null,
    double? StandardError = null,
    PairComponents? Components = null
)
{
    /// <summary>What each seed does to the score; null where seeds are not known, and below three images.</summary>
    public SeedDeviations? Deviations { get; init; }
}
