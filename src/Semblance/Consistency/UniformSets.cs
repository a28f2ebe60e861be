namespace Semblance.Consistency;

/// <summary>
/// Sets whose images hardly differ though their seeds do: what users of distilled and tuned models complain of, and what a
/// high score does not tell from consistency.
/// </summary>
public static class UniformSets
{
    /// <summary>
    /// In <see cref="SetScore.Flags"/>: near-copies (99.9 points and above, <see cref="NearDuplicates"/>) are more than half
    /// of the images.
    /// </summary>
    public const string Collapsed = "collapsed";

    /// <summary>In <see cref="SetScore.Flags"/>: images of the very same bytes are more than half, so that the seed had no effect.</summary>
    public const string SeedIgnored = "seed_ignored";

    /// <summary>The flag of a set; null where its images differ.</summary>
    /// <param name="images">How many.</param>
    /// <param name="contents">Of each image its content (a hash); null for one whose bytes are not known.</param>
    /// <param name="groups">Of near-duplicates.</param>
    public static string? FlagOf(int images, IEnumerable<string?> contents, IReadOnlyList<SimilarGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var same = contents
            .OfType<string>()
            .GroupBy(content => content, StringComparer.Ordinal)
            .Select(group => group.Count())
            .DefaultIfEmpty(0)
            .Max();
        return 2 * same > images && same > 1 ? SeedIgnored
            : 2 * groups.Select(group => group.Rows.Count).DefaultIfEmpty(0).Max() > images ? Collapsed
            : null;
    }
}
