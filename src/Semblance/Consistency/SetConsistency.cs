namespace Semblance.Consistency;

/// <summary>How much alike the images of one set are. Similarities are 100 cos, pairs clamped at 0 except in <paramref name="Unclamped"/>.</summary>
/// <param name="Images">How many images, n, at least 2.</param>
/// <param name="Scs">Semantic Consistency Score (arXiv 2404.08799): mean over pairs i &lt; j of max(100 cos, 0); 0 to 100.</param>
/// <param name="Unclamped">Mean of 100 cos over the pairs; -100 to 100.</param>
/// <param name="PerImage">Mean similarity of each image to the n - 1 others, [n], 0 to 100; empty if only the score was asked for.</param>
/// <param name="Medoid">Index of the image with the largest mean similarity, the lowest index of a tie (1e-9); -1 if only the score was asked for.</param>
/// <param name="Outlier">Index of the image with the smallest mean similarity, the lowest index of a tie (1e-9); -1 if only the score was asked for.</param>
/// <param name="MinPair">Smallest pair; null above <see cref="ScoreOptions.PairLimit"/> or if only the score was asked for.</param>
/// <param name="MaxPair">Largest pair; null above <see cref="ScoreOptions.PairLimit"/> or if only the score was asked for.</param>
/// <param name="StandardError">Delete-one-image jackknife of <paramref name="Scs"/>; null for two images or if only the score was asked for.</param>
/// <param name="PairStandardDeviation">Standard deviation (n - 1 form) over the pairs; null where the pairs were not all looked at, and for two images.</param>
/// <param name="NegativePairs">Pairs whose cosine is under -1e-9.</param>
public sealed record SetConsistency(
    int Images,
    double Scs,
    double Unclamped,
    double[] PerImage,
    int Medoid,
    int Outlier,
    double? MinPair,
    double? MaxPair,
    double? StandardError,
    double? PairStandardDeviation,
    long NegativePairs
);
