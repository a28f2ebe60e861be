using Semblance.Statistics;

namespace Semblance.Agreement;

/// <summary>Items by prompt: what is drawn again are prompts, with all their pairs of models.</summary>
internal sealed class PromptClusters
{
    private readonly int[][] _items;

    private PromptClusters(int[][] items) => _items = items;

    public int Count => _items.Length;

    public static PromptClusters Of(IReadOnlyList<VoteItem> items) =>
        new([
            .. items
                .Select((item, i) => (item.Prompt, i))
                .GroupBy(one => one.Prompt, one => one.i)
                .Select(own => own.ToArray()),
        ]);

    /// <summary>The percentile interval of a statistic of items; null where it hardly exists.</summary>
    /// <param name="statistic">NaN where it does not exist.</param>
    /// <param name="level">Between 0 and 1.</param>
    /// <param name="resamples">How often prompts are drawn.</param>
    /// <param name="seed">Of the draws.</param>
    public Interval? Interval(Func<IReadOnlyList<int>, double> statistic, double level, int resamples, ulong seed) =>
        TwoWayBootstrap.Percentiles(Replicates(statistic, resamples, seed), level);

    /// <summary>The statistic of each resample.</summary>
    public double[] Replicates(Func<IReadOnlyList<int>, double> statistic, int resamples, ulong seed) =>
        [.. Draws(resamples, seed).Select(statistic)];

    /// <summary>The items of each resample.</summary>
    public IEnumerable<IReadOnlyList<int>> Draws(int resamples, ulong seed) =>
        Enumerable.Range(0, resamples).Select(resample => Draw(seed, resample));

    private List<int> Draw(ulong seed, int resample)
    {
        var random = new RandomStream(seed, (ulong)resample);
        var drawn = new List<int>();
        for (var draw = 0; draw < _items.Length; draw++)
        {
            drawn.AddRange(_items[random.Below(_items.Length)]);
        }

        return drawn;
    }
}
