using Semblance.Consistency.Kernels;

namespace Semblance.Consistency;

/// <summary>
/// What a <see cref="ConsistencyFloor"/> needs of each set, gathered while the sets are looked at for their scores: vectors of
/// which no component is negative are not read again, others once, and those whose pairs may be negative twice.
/// </summary>
public sealed class FloorSums
{
    private readonly (string Model, int Images)[] _sets;
    private readonly int _dimension;
    private readonly (int Model, int Prompt)[] _places;
    private readonly (string Model, int[] Sets, PromptVectors Vectors)[] _models;

    /// <summary>Sums to which no set was added yet.</summary>
    /// <param name="sets">Model and number of images of each set, in any order.</param>
    /// <param name="dimension">Length of an embedding.</param>
    public FloorSums(IReadOnlyList<(string Model, int Images)> sets, int dimension)
    {
        ArgumentNullException.ThrowIfNull(sets);
        _sets = [.. sets];
        _dimension = dimension;
        _places = new (int, int)[sets.Count];
        _models =
        [
            .. Enumerable
                .Range(0, sets.Count)
                .GroupBy(set => sets[set].Model, StringComparer.Ordinal)
                .Select(own =>
                    (own.Key, own.ToArray(), new PromptVectors([.. own.Select(set => sets[set].Images)], dimension))
                ),
        ];
        for (var model = 0; model < _models.Length; model++)
        {
            var own = _models[model].Sets;
            for (var prompt = 0; prompt < own.Length; prompt++)
            {
                _places[own[prompt]] = (model, prompt);
            }
        }
    }

    /// <summary>Adds a set: each once, in any order, from any thread; the floor is the same to the bit.</summary>
    /// <param name="set">Its number in the sets.</param>
    /// <param name="embeddings">[images of the set, dimension], of any length.</param>
    /// <exception cref="EmbeddingException">A row is zero, NaN or infinite.</exception>
    /// <exception cref="ArgumentException">Another number of images.</exception>
    public unsafe void Add(int set, ReadOnlySpan<float> embeddings)
    {
        var n = EmbeddingRows.CountOf(embeddings.Length, _dimension);
        if (n != _sets[set].Images)
        {
            throw new ArgumentException($"The set has {_sets[set].Images} images, not {n}.", nameof(embeddings));
        }

        var (model, prompt) = _places[set];
        if (_models[model].Sets.Length < 2)
        {
            return;
        }

        fixed (float* data = embeddings)
        {
            _models[model].Vectors.Add(prompt, new EmbeddingRows(data, n, _dimension));
        }
    }

    /// <summary>The floor: the mean over the models that have two prompts or more.</summary>
    /// <param name="read">Reads a set again: fills [images of the set, dimension]; called up to twice for each set, by several threads.</param>
    /// <param name="threads">0 for all cores; also when to end.</param>
    /// <returns>Null if no model has two prompts, and above <see cref="ConsistencyFloor.DoubtfulLimit"/>.</returns>
    /// <exception cref="InvalidOperationException">A set was not added.</exception>
    public ConsistencyFloor? Floor(Action<int, Span<float>> read, Threads threads = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        var floors = new Dictionary<string, ConsistencyFloor>(StringComparer.Ordinal);
        foreach (var (model, sets, vectors) in _models.Where(model => model.Sets.Length > 1))
        {
            // A mean over some of the models would move with which of them were left out.
            if (vectors.Floor((prompt, values) => read(sets[prompt], values), threads) is not { } floor)
            {
                return null;
            }

            floors.Add(model, floor);
        }

        return floors.Count == 0
            ? null
            : new ConsistencyFloor(
                floors.Values.Average(floor => floor.Score),
                floors.Values.Sum(floor => floor.PromptPairs),
                floors.Values.Sum(floor => floor.ImagePairs)
            )
            {
                OfEach = floors,
            };
    }
}
