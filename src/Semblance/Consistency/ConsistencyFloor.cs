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
    /// <param name="read">Fills [images of the prompt, <paramref name="dimension"/>], of any length; called up to three times for each prompt.</param>
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
        ArgumentNullException.ThrowIfNull(read);
        if (images.Count < 2)
        {
            return null;
        }

        var prompts = new PromptVectors(images, dimension, read, threads);
        var (sum, squares, nonNegative) = prompts.MeanVectors();
        var length = Math.Sqrt(sum.Sum(x => x * x));
        var ordered = images.Count * (images.Count - 1.0);
        var cosine = ((length * length) - squares) / ordered;
        if (!nonNegative)
        {
            // Where the prompts cancel out there is no mean direction: any pair may be negative.
            var angles = length > 1e-6 * images.Count ? prompts.Angles(Array.ConvertAll(sum, x => x / length)) : null;
            if (prompts.NegativeSum(angles) is not { } negative)
            {
                return null;
            }

            cosine -= 2 * negative / ordered;
        }

        var all = images.Sum(n => (long)n);
        return new ConsistencyFloor(
            // Identical images differ from 100 by the rounding of their sums alone.
            cosine > 1 - 1e-12
                ? 100
                : Math.Clamp(100 * cosine, 0, 100),
            images.Count * (images.Count - 1L) / 2,
            ((all * all) - images.Sum(n => (long)n * n)) / 2
        );
    }

    /// <summary>The floor of a comparison: the mean over the models that have two prompts or more.</summary>
    /// <param name="sets">Model and number of images of each set, in any order.</param>
    /// <param name="dimension">Length of an embedding.</param>
    /// <param name="read">Fills [images of the set, <paramref name="dimension"/>]; called up to three times for each set.</param>
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
        var counts = sets.CountBy(set => set.Model, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var models = Enumerable
            .Range(0, sets.Count)
            .GroupBy(set => sets[set].Model, StringComparer.Ordinal)
            .Select(model => model.ToArray())
            .Where(own => own.Length > 1)
            .Select(own =>
                (
                    sets[own[0]].Model,
                    Floor: Of(
                        [.. own.Select(set => sets[set].Images)],
                        dimension,
                        (prompt, vectors) => read(own[prompt], vectors),
                        threads
                    )
                )
            )
            .TakeWhile(one => one.Floor is not null)
            .ToArray();

        // A mean over some of the models would move with which of them were left out.
        return models.Length == 0 || models.Length < counts.Values.Count(prompts => prompts > 1)
            ? null
            : new ConsistencyFloor(
                models.Average(model => model.Floor!.Score),
                models.Sum(model => model.Floor!.PromptPairs),
                models.Sum(model => model.Floor!.ImagePairs)
            )
            {
                OfEach = models.ToDictionary(model => model.Model, model => model.Floor!, StringComparer.Ordinal),
            };
    }

    /// <summary>
    /// 100 (scs - floor) / (100 - floor): 0 for images that are as alike as those of different prompts, 100 for identical
    /// ones, below 0 for less alike ones. Null at a floor of 100, where it does not exist.
    /// </summary>
    /// <param name="scs">Score of a set, or a mean of such, 0 to 100.</param>
    public double? Calibrate(double scs) => 100 - Score > 1e-9 ? 100 * (scs - Score) / (100 - Score) : null;
}
