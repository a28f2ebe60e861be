using System.Buffers;
using System.Globalization;
using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Runs.Embedding;
using Semblance.Variance;

namespace Semblance.Runs.Comparing;

/// <summary>Scores side by side, with what the embeddings add: floor and components of variance.</summary>
/// <param name="Matrix">With components of variance where the embeddings are at hand.</param>
/// <param name="Shared">Components of differences, where two models have seeds in common.</param>
/// <param name="Floor">Over the matched prompts; null unless the embeddings of all of them are at hand.</param>
/// <param name="Warnings">What a reader must know of the input.</param>
public sealed record MatchedScores(
    ScoreMatrix Matrix,
    IReadOnlyList<SharedSeedComponents> Shared,
    ConsistencyFloor? Floor,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>Similarities of all pairs are held at once, so larger sets get no difference kernel.</summary>
    private const int LargestKernel = 1000;

    /// <summary>How much the score of the embeddings may differ from the stored score.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>Looks at the embeddings of the matched sets.</summary>
    /// <param name="matrix">Scores of the input.</param>
    /// <param name="input">Where the embeddings are.</param>
    /// <param name="threads">0 for all cores; also when to end.</param>
    public static MatchedScores Of(ScoreMatrix matrix, CompareInput input, Threads threads = default)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(input);
        PromptScore[][] rows = [.. matrix.Rows.Select(own => own.ToArray())];
        SetVectors?[][] vectors = [.. rows.Select(own => new SetVectors?[own.Length])];
        var found = new bool[matrix.Prompts.Count];
        var shared = new IReadOnlyList<SharedSeedComponents>[matrix.Prompts.Count];
        var floor = new FloorSums(
            [.. rows.SelectMany((own, model) => own.Select(row => (matrix.Models[model], row.Seeds ?? 0)))],
            input.Encoder?.Dimension ?? 0
        );
        threads.Run(
            matrix.Prompts.Count,
            prompt =>
            {
                var kernels = new PairKernel?[rows.Length];
                for (var model = 0; model < rows.Length; model++)
                {
                    var row = rows[model][prompt];
                    Looked? looked = null;
                    if (input.Vectors(row) is { } set)
                    {
                        found[prompt] = true;
                        var place = (model * matrix.Prompts.Count) + prompt;
                        looked = Look(set, row.Scs, values => floor.Add(place, values), threads);
                        vectors[model][prompt] = looked is null ? null : set;
                    }

                    kernels[model] = looked?.Kernel;
                    rows[model][prompt] = row with { Components = looked?.Components, Deviations = looked?.Deviations };
                }

                shared[prompt] = SharedOf(matrix, prompt, kernels, [.. vectors.Select(own => own[prompt]?.Seeds)]);
            }
        );
        var all = rows.Length * matrix.Prompts.Count;
        if (!found.Contains(true))
        {
            // A table has no embeddings; a run folder had them once.
            return new MatchedScores(matrix, [], null, WarningsOf(matrix, input, input.Run is null ? 0 : all, all));
        }

        SetVectors[] sets = [.. vectors.SelectMany(own => own).OfType<SetVectors>()];
        return new MatchedScores(
            matrix with
            {
                Rows = rows,
            },
            [.. shared.SelectMany(own => own)],
            sets.Length == all ? floor.Floor((set, values) => sets[set].Read(values), threads) : null,
            WarningsOf(matrix, input, all - sets.Length, all)
        );
    }

    /// <summary>The scores with what each seed does to them, where the embeddings of a set are at hand and its seeds are known.</summary>
    /// <inheritdoc cref="Of"/>
    public static ScoreMatrix WithSeeds(ScoreMatrix matrix, CompareInput input, Threads threads = default)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(input);
        return matrix with
        {
            Rows = [.. matrix.Rows.Select(own => (IReadOnlyList<PromptScore>)[.. own.Select(WithSeeds)])],
        };

        PromptScore WithSeeds(PromptScore row)
        {
            threads.Stop.ThrowIfCancellationRequested();
            if (input.Vectors(row) is not { Seeds: { } seeds } set)
            {
                return row;
            }

            var values = new float[checked(set.Images * set.Dimension)];
            set.Read(values);
            var score = ConsistencyScore.Of(
                values,
                set.Dimension,
                new ScoreOptions { Threads = threads, PairLimit = 0 }
            );
            return Math.Abs(score.Scs - row.Scs) < Tolerance
                ? row with
                {
                    Deviations = SeedDeviations.Of(score.PerImage, seeds),
                }
                : row;
        }
    }

    /// <summary>Null where the embeddings are no longer those that were scored.</summary>
    private static Looked? Look(SetVectors set, double score, Action<ReadOnlySpan<float>> add, Threads threads)
    {
        var length = checked(set.Images * set.Dimension);
        var buffer = ArrayPool<float>.Shared.Rent(length);
        try
        {
            var values = buffer.AsSpan(0, length);
            set.Read(values);
            add(values);
            if (set.Images > LargestKernel)
            {
                var large = ConsistencyScore.Of(values, set.Dimension, new ScoreOptions { Threads = threads });
                return Math.Abs(large.Scs - score) < Tolerance
                    ? new Looked(
                        PairComponents.Of(large.PerImage, large.PairStandardDeviation),
                        null,
                        SeedDeviations.Of(large.PerImage, set.Seeds)
                    )
                    : null;
            }

            var kernel = PairKernel.OfEmbeddings(values, set.Dimension);
            return Math.Abs(kernel.Mean - score) < Tolerance
                ? new Looked(kernel.Components(), kernel, SeedDeviations.Of(kernel, set.Seeds))
                : null;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    /// <summary>What the embeddings of a set show beyond its score.</summary>
    private sealed record Looked(PairComponents? Components, PairKernel? Kernel, SeedDeviations? Deviations);

    private static List<SharedSeedComponents> SharedOf(
        ScoreMatrix matrix,
        int prompt,
        PairKernel?[] kernels,
        IReadOnlyList<string>?[] seeds
    )
    {
        List<SharedSeedComponents> shared = [];
        if (kernels.Length > ModelComparison.MostModelsInPairs)
        {
            return shared;
        }

        for (var first = 0; first < kernels.Length; first++)
        {
            for (var second = first + 1; second < kernels.Length; second++)
            {
                (var one, var two, var text) = (matrix.Models[first], matrix.Models[second], matrix.Prompts[prompt]);
                if ((seeds[first], seeds[second]) is not ({ } a, { } b))
                {
                    shared.Add(new SharedSeedComponents(one, two, text, 0, null, null));
                    continue;
                }

                (var own, var other) = InCommon(a, b);
                if (own.Length > 1 && (kernels[first], kernels[second]) is ({ } x, { } y))
                {
                    shared.Add(SharedSeedComponents.Of(one, two, text, x.Among(own), y.Among(other)));
                }
                else if (own.Length > 0)
                {
                    shared.Add(new SharedSeedComponents(one, two, text, own.Length, null, null));
                }
            }
        }

        return shared;
    }

    /// <summary>The positions in each set of the seeds that both have, in the order of the first; a seed that a set has twice is ignored.</summary>
    private static (int[] First, int[] Second) InCommon(IReadOnlyList<string> first, IReadOnlyList<string> second)
    {
        var other = Places(second);
        (int First, int Second)[] both =
        [
            .. Places(first)
                .Where(own => other.ContainsKey(own.Key))
                .Select(own => (own.Value, other[own.Key]))
                .OrderBy(own => own.Value),
        ];
        return ([.. both.Select(own => own.First)], [.. both.Select(own => own.Second)]);
    }

    private static Dictionary<string, int> Places(IReadOnlyList<string> seeds) =>
        seeds
            .Select((seed, place) => (seed, place))
            .GroupBy(one => one.seed, StringComparer.Ordinal)
            .Where(one => one.Count() == 1)
            .ToDictionary(one => one.Key, one => one.First().place, StringComparer.Ordinal);

    private static string[] WarningsOf(ScoreMatrix matrix, CompareInput input, int missing, int all)
    {
        List<string> warnings = [.. InputWarnings.Of(matrix, input)];
        if (missing > 0)
        {
            warnings.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The embeddings of {missing} of {all} sets are gone, damaged or were made again since they were scored, so there is no floor and no split of the variance; score the images again."
                )
            );
        }

        return [.. warnings];
    }
}
