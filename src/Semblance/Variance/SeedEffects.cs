namespace Semblance.Variance;

/// <summary>What the seeds that prompts share add to the variance of a mean over prompts.</summary>
/// <param name="Design">Whether prompts share seeds.</param>
/// <param name="Between">
/// V_seeds - V_within of <see cref="MeanError"/>, squared points, perhaps negative; 0 where nothing is shared.
/// </param>
/// <param name="Shared">How many seeds are of two prompts or more.</param>
internal sealed record SeedEffects(SeedDesign Design, double Between, int Shared);

/// <summary>The seeds of all sets of several models, by number.</summary>
internal sealed class SeedTable
{
    private readonly int[][][] _seeds;
    private readonly double[][][] _values;
    private readonly int _count;

    private SeedTable(int[][][] seeds, double[][][] values, int count)
    {
        _seeds = seeds;
        _values = values;
        _count = count;
    }

    /// <summary>Numbers the seeds of all models, alike names alike.</summary>
    /// <param name="models">[models][prompts]; a model of which a prompt has none is left out.</param>
    /// <returns>Null where no model has them all.</returns>
    public static SeedTable? Of(IReadOnlyList<IReadOnlyList<SeedDeviations?>> models)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var seeds = new int[models.Count][][];
        var values = new double[models.Count][][];
        for (var m = 0; m < models.Count; m++)
        {
            var known = models[m].All(set => set is not null);
            seeds[m] = known ? [.. models[m].Select(set => set!.Seeds.Select(Number).ToArray())] : [];
            values[m] = known ? [.. models[m].Select(set => set!.Values.ToArray())] : [];
        }

        return numbers.Count == 0 ? null : new SeedTable(seeds, values, numbers.Count);

        int Number(string seed)
        {
            ref var number = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
                numbers,
                seed,
                out var there
            );
            return number = there ? number : numbers.Count - 1;
        }
    }

    /// <summary>
    /// Of the mean score of one model, or of the mean difference of two. Each seed is left out of both models at once, so
    /// that what it does to both alike cancels in a difference.
    /// </summary>
    /// <param name="first">Of a difference the model that is subtracted; null for one model.</param>
    /// <param name="second">The model.</param>
    /// <param name="clusters">Of each prompt, from 0; null where every prompt is its own.</param>
    /// <returns>Null where the seeds of a model are not known.</returns>
    public SeedEffects? Of(int? first, int second, int[]? clusters = null)
    {
        int[] models = first is { } other ? [other, second] : [second];
        if (models.Any(m => _seeds[m].Length == 0))
        {
            return null;
        }

        var prompts = _seeds[second].Length;
        var (all, own, lastPrompt, of) = (new double[_count], new double[_count], new int[_count], new int[_count]);
        Array.Fill(lastPrompt, -1);
        List<int> touched = [];
        var within = 0.0;
        var order = Enumerable.Range(0, prompts).ToArray();
        if (clusters is not null)
        {
            Array.Sort([.. clusters], order);
        }

        for (var i = 0; i < prompts; i++)
        {
            var prompt = order[i];
            foreach (var model in models)
            {
                var sign = models.Length == 2 && model == models[0] ? -1 : 1;
                var (seeds, values) = (_seeds[model][prompt], _values[model][prompt]);
                for (var k = 0; k < seeds.Length; k++)
                {
                    var seed = seeds[k];
                    own[seed] += sign * values[k];
                    touched.Add(seed);
                    of[seed] += lastPrompt[seed] == prompt ? 0 : 1;
                    lastPrompt[seed] = prompt;
                }
            }

            if (clusters is null || i == prompts - 1 || clusters[order[i + 1]] != clusters[prompt])
            {
                foreach (var seed in touched)
                {
                    // A seed of both models, or of several prompts, is listed more than once; its sum is taken once.
                    within += own[seed] * own[seed];
                    all[seed] += own[seed];
                    own[seed] = 0;
                }

                touched.Clear();
            }
        }

        var shared = of.Count(times => times > 1);
        var between = shared == 0 ? 0 : (all.Sum(value => value * value) - within) / prompts / prompts;
        var design =
            shared == 0 ? SeedDesign.Nested
            : models.All(Same) ? SeedDesign.Crossed
            : SeedDesign.Partly;
        return new SeedEffects(design, between, shared);
    }

    /// <summary>Whether all prompts of a model have the same seeds.</summary>
    private bool Same(int model)
    {
        HashSet<int> first = [.. _seeds[model][0]];
        return _seeds[model].All(seeds => seeds.Length == first.Count && first.SetEquals(seeds));
    }
}
