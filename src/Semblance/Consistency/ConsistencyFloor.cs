using System.Buffers;
using System.Text.Json.Serialization;

namespace Semblance.Consistency;

/// <summary>
/// What images of <em>different</em> prompts score: where the scale of an encoder begins. The mean over pairs of images of
/// different prompts of one model, each pair max(100 cos, 0) as in the score and each pair of prompts weighing the same;
/// then the mean over models. It depends on the prompts: alike prompts raise it.
/// </summary>
/// <param name="Score">0 to 100.</param>
/// <param name="PromptPairs">Pairs of prompts that it is the mean of, over all models.</param>
/// <param name="ImagePairs">Pairs of images in these.</param>
public sealed record ConsistencyFloor(double Score, long PromptPairs, long ImagePairs)
{
    /// <summary>
    /// Of a floor over several models that of each one, by name: where a model's own images of different prompts begin. Not
    /// in the JSON of the floor, but with each model.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, ConsistencyFloor> OfEach { get; init; } =
        new Dictionary<string, ConsistencyFloor>();

    /// <summary>The same score over the same pairs; how it came from models is not asked.</summary>
    public bool Equals(ConsistencyFloor? other) =>
        other is not null && (Score, PromptPairs, ImagePairs) == (other.Score, other.PromptPairs, other.ImagePairs);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Score, PromptPairs, ImagePairs);

    /// <summary>
    /// Whether a model's mean score is hardly above its own floor: within two standard errors of its images of different
    /// prompts, so that it is not seen to follow the prompt.
    /// </summary>
    /// <param name="mean">Mean score over prompts.</param>
    /// <param name="standardError">Of the mean; null for one prompt.</param>
    public bool IsNear(double mean, double? standardError) => standardError is { } error && mean - Score <= 2 * error;

    /// <summary>
    /// With more images of one model than this whose pairs may be negative there is no floor: all pairs of 50,000 x 512
    /// take about 20 s on two cores. Where no pair can be negative there is no limit.
    /// </summary>
    public const int DoubtfulLimit = 50_000;

    /// <summary>The floor of one model. Exact: a closed form, corrected by the pairs that may be negative where there are any.</summary>
    /// <remarks>
    /// With m_p the mean unit vector of prompt p, the sum over pairs of prompts of m_p . m_q is (|sum m|^2 - sum |m|^2) / 2:
    /// O(n d). Only images whose angles to the sum add up to more than 90 degrees can make a negative pair;
    /// O(n^2 d) over these. The result does not depend on the number of threads, to the bit.
    /// </remarks>
    /// <param name="images">[prompts], how many images each has, at least 1.</param>
    /// <param name="dimension">Length of an embedding.</param>
    /// <param name="read">Fills [images of the prompt, <paramref name="dimension"/>], of any length; called up to three times for each prompt, by several threads.</param>
    /// <param name="threads">0 for all cores; also when to end.</param>
    /// <returns>Null for fewer than two prompts, and above <see cref="DoubtfulLimit"/>.</returns>
    /// <exception cref="EmbeddingException">A row is zero, NaN or infinite.</exception>
    public static ConsistencyFloor? Of(
        IReadOnlyList<int> images,
        int dimension,
        Action<int, Span<float>> read,
        Threads threads = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        return OfModels([.. images.Select(own => ("", own))], dimension, read, threads)?.OfEach[""];
    }

    /// <summary>The floor of a comparison: the mean over the models that have two prompts or more.</summary>
    /// <param name="sets">Model and number of images of each set, in any order.</param>
    /// <param name="dimension">Length of an embedding.</param>
    /// <param name="read">Fills [images of the set, <paramref name="dimension"/>]; called up to three times for each set, by several threads.</param>
    /// <param name="threads">0 for all cores; also when to end.</param>
    /// <returns>Null if no model has two prompts, and above <see cref="DoubtfulLimit"/>.</returns>
    /// <exception cref="EmbeddingException">A row is zero, NaN or infinite.</exception>
    public static ConsistencyFloor? OfModels(
        IReadOnlyList<(string Model, int Images)> sets,
        int dimension,
        Action<int, Span<float>> read,
        Threads threads = default
    )
    {
        ArgumentNullException.ThrowIfNull(sets);
        ArgumentNullException.ThrowIfNull(read);
        var sums = new FloorSums(sets, dimension);
        threads.Run(
            sets.Count,
            set =>
            {
                var length = checked(sets[set].Images * dimension);
                var buffer = ArrayPool<float>.Shared.Rent(length);
                var vectors = buffer.AsSpan(0, length);
                read(set, vectors);
                sums.Add(set, vectors);
                ArrayPool<float>.Shared.Return(buffer);
            }
        );
        return sums.Floor(read, threads);
    }

    /// <summary>
    /// 100 (scs - floor) / (100 - floor): 0 for images that are as alike as those of different prompts, 100 for identical
    /// ones, below 0 for less alike ones. Null at a floor of 100, where it does not exist.
    /// </summary>
    /// <param name="scs">Score of a set, or a mean of such, 0 to 100.</param>
    public double? Calibrate(double scs) => 100 - Score > 1e-9 ? 100 * (scs - Score) / (100 - Score) : null;
}
