using Semblance.Wording;

namespace Semblance.Prompts;

/// <summary>Which prompts go together: prompts of one subject or one template are one unit of a study.</summary>
public abstract record PromptClusters
{
    private const int Named = 3;

    /// <summary>Prompts that begin with the same words.</summary>
    /// <param name="words">How many, 1 or more; by <see cref="PromptKey"/>, so that case and punctuation do not matter.</param>
    /// <exception cref="UsageException">Fewer than one.</exception>
    public static PromptClusters ByFirstWords(int words)
    {
        UsageException.ThrowUnless(words >= 1, $"Clusters by first words take at least one word, not {words}.");
        return new FirstWords(words);
    }

    /// <summary>The clusters that a table gives.</summary>
    /// <param name="source">What the table is called, for messages.</param>
    /// <param name="lines">Prompt and cluster of each line; a prompt may stand there more than once, always with one cluster.</param>
    /// <exception cref="InputException">A prompt with two clusters.</exception>
    public static PromptClusters Of(string source, IEnumerable<(string Prompt, string Cluster)> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var raw = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (prompt, cluster) in lines)
        {
            if (!raw.TryAdd(prompt, cluster) && raw[prompt] != cluster)
            {
                throw new InputException(
                    $"{source} puts the prompt {QuotedPrompt.Of(prompt)} into two clusters, \"{raw[prompt]}\" and \"{cluster}\"; keep one."
                );
            }
        }

        return new Listed(source, raw);
    }

    /// <summary>The cluster of each prompt, numbered from 0 as they first come.</summary>
    /// <param name="prompts">Raw texts.</param>
    /// <exception cref="InputException">A prompt without a cluster, or one cluster only.</exception>
    public IReadOnlyList<int> Assign(IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        var names = NamesOf(prompts);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] clusters =
        [
            .. names.Select(name => numbers.TryGetValue(name, out var known) ? known : numbers[name] = numbers.Count),
        ];
        return numbers.Count > 1
            ? clusters
            : throw new InputException(
                $"All {prompts.Count} prompts are of one cluster ({QuotedPrompt.Of(names[0])}), and an error over clusters needs at least two; give clusters that tell prompts apart."
            );
    }

    private protected abstract IReadOnlyList<string> NamesOf(IReadOnlyList<string> prompts);

    private sealed record FirstWords(int Words) : PromptClusters
    {
        private protected override IReadOnlyList<string> NamesOf(IReadOnlyList<string> prompts) =>
            [.. prompts.Select(prompt => string.Join(' ', PromptKey.Of(prompt).Split(' ').Take(Words)))];
    }

    /// <summary>By raw text first, then by the key that prompts of several models are matched by.</summary>
    private sealed record Listed(string Source, IReadOnlyDictionary<string, string> Raw) : PromptClusters
    {
        private protected override IReadOnlyList<string> NamesOf(IReadOnlyList<string> prompts)
        {
            var keys = Raw.GroupBy(one => PromptKey.Of(one.Key), StringComparer.Ordinal)
                .Where(same => same.Select(one => one.Value).Distinct().Count() == 1)
                .ToDictionary(same => same.Key, same => same.First().Value, StringComparer.Ordinal);
            string?[] names =
            [
                .. prompts.Select(prompt =>
                    Raw.GetValueOrDefault(prompt) ?? keys.GetValueOrDefault(PromptKey.Of(prompt))
                ),
            ];
            string[] missing = [.. prompts.Where((_, i) => names[i] is null).Select(QuotedPrompt.Of)];
            return missing.Length == 0
                ? [.. names.OfType<string>()]
                : throw new InputException(
                    $"{Source} has no cluster for {Plural.Of(missing.Length, "prompt")} of {prompts.Count}: {Listing.Joined(missing, Named)}; give each prompt one."
                );
        }
    }
}
