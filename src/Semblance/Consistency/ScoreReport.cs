using Semblance.Variance;

namespace Semblance.Consistency;

/// <summary>The scores of all sets and models, in the order of its JSON (schema <c>semblance.scores/1</c>).</summary>
/// <param name="Encoder">What made the embeddings.</param>
/// <param name="Sets">One entry per model and prompt, sorted by model, then prompt (ordinal).</param>
/// <param name="Models">One entry per model, sorted (ordinal).</param>
/// <param name="Floor">What images of different prompts score, over all models; null if no model has two prompts.</param>
/// <param name="Skipped">Files that could not be used, and why.</param>
public sealed record ScoreReport(
    EncoderIdentity Encoder,
    IReadOnlyList<SetScore> Sets,
    IReadOnlyList<ModelScore> Models,
    ConsistencyFloor? Floor,
    IReadOnlyList<SkippedFile> Skipped
)
{
    /// <summary>Whether the prompts of the models were given the same seeds.</summary>
    public SeedDesign SeedDesign { get; init; }
}

/// <summary>The score of one set: the images that one model made from one prompt. Similarities are 100 cos, pairs clamped at 0 except <paramref name="Unclamped"/>.</summary>
/// <param name="Model">Name of the model; empty for a flat folder.</param>
/// <param name="Prompt">Raw text where known, else the folder's name.</param>
/// <param name="PromptKey"><see cref="Prompts.PromptKey"/> of the prompt.</param>
/// <param name="Images">How many images the score is of (n).</param>
/// <param name="Scs">Semantic Consistency Score, 0 to 100.</param>
/// <param name="Unclamped">Mean of 100 cos over the pairs, -100 to 100.</param>
/// <param name="StandardError">Delete-one-image jackknife; null for two images.</param>
/// <param name="MinPair">Smallest pair; null above 20,000 images.</param>
/// <param name="MaxPair">Largest pair; null above 20,000 images.</param>
/// <param name="Medoid">Path (or row) of the image most like the others.</param>
/// <param name="Outlier">Path (or row) of the image least like the others.</param>
/// <param name="NegativePairs">Pairs whose cosine is under -1e-9.</param>
/// <param name="Alignment">Mean 100 cos of the images with their prompt's text; null unless asked for.</param>
/// <param name="Calibrated">100 (scs - floor) / (100 - floor), which may be negative; null without a floor, or at a floor of 100.</param>
/// <param name="PerImage">Mean similarity of each image to the others, in the order of the input; null unless asked for.</param>
/// <param name="NearDuplicates">For each image that is the same as an earlier one, or nearly, the most similar such pair; null unless asked for.</param>
/// <param name="NearDuplicateGroups">Images that pairs of near-duplicates join; null unless asked for.</param>
/// <param name="Flags">For example <c>low_norm</c>; with explanations those of <see cref="UniformSets"/> too.</param>
public sealed record SetScore(
    string Model,
    string Prompt,
    string PromptKey,
    int Images,
    double Scs,
    double Unclamped,
    double? StandardError,
    double? MinPair,
    double? MaxPair,
    string Medoid,
    string Outlier,
    long NegativePairs,
    double? Alignment,
    double? Calibrated,
    IReadOnlyList<ImageScore>? PerImage,
    IReadOnlyList<DuplicatePair>? NearDuplicates,
    IReadOnlyList<DuplicateGroup>? NearDuplicateGroups,
    IReadOnlyList<string> Flags
)
{
    /// <summary>As <see cref="Calibrated"/>, with the floor of this model alone.</summary>
    public double? CalibratedOwn { get; init; }
}

/// <summary>One image's mean similarity to the others of its set.</summary>
/// <param name="Image">Path or row.</param>
/// <param name="MeanSimilarity">0 to 100.</param>
/// <param name="IsOutlier">Whether it is one of the set's <see cref="Outliers"/>.</param>
public sealed record ImageScore(string Image, double MeanSimilarity, bool IsOutlier);

/// <summary>Two images of one set that are the same, or nearly.</summary>
/// <param name="First">Path or row.</param>
/// <param name="Second">Path or row.</param>
/// <param name="Similarity">100 cos.</param>
public sealed record DuplicatePair(string First, string Second, double Similarity);

/// <summary>Images of one set, each the same as another of them, or nearly.</summary>
/// <param name="Images">Paths or rows, in the order of the input; two or more.</param>
/// <param name="Similarity">The weakest of the pairs that it takes to join them all, 100 cos.</param>
public sealed record DuplicateGroup(IReadOnlyList<string> Images, double Similarity);

/// <summary>The scores of one model over its prompts.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Prompts">How many sets.</param>
/// <param name="MeanScs">Mean over prompts.</param>
/// <param name="MedianScs">Median over prompts.</param>
/// <param name="SdScs">Standard deviation over prompts (n - 1); null for one prompt.</param>
/// <param name="Ci95">Student's 95% interval of the mean over prompts, with the error of <see cref="Error"/>, [low, high]; null for one prompt.</param>
/// <param name="Calibrated"><paramref name="MeanScs"/> calibrated in the same way; null where no set is.</param>
public sealed record ModelScore(
    string Model,
    int Prompts,
    double MeanScs,
    double MedianScs,
    double? SdScs,
    IReadOnlyList<double>? Ci95,
    double? Calibrated
)
{
    /// <summary>Standard error of the mean, with what prompts have in common; null for one prompt.</summary>
    public MeanError? Error { get; init; }

    /// <summary>What this model's own images of different prompts score; null for one prompt.</summary>
    public double? Floor { get; init; }

    /// <summary><see cref="MeanScs"/> calibrated with <see cref="Floor"/>: comparable with no other model's.</summary>
    public double? CalibratedOwn { get; init; }

    /// <summary>Whether the mean lies within two of its standard errors of <see cref="Floor"/>: the model hardly follows its prompts.</summary>
    public bool NearFloor { get; init; }
}

/// <summary>A file that the score had to leave out.</summary>
public sealed record SkippedFile(string Path, string Reason);
