using Semblance.Cli.Terminal;
using Semblance.Consistency;
using Semblance.Wording;

namespace Semblance.Cli.Tables;

/// <summary>What <c>--explain</c> says about one set: its typical image, outliers and near-duplicates.</summary>
internal static class SetTable
{
    /// <summary>So many outliers, and so many groups of near-duplicates; the JSON has all.</summary>
    private const int Shown = 10;

    /// <summary>So many images of a group, where it is large.</summary>
    private const int ShownOfGroup = 3;

    private const string All = "--format json has all";

    /// <summary>Adds the lines of one set.</summary>
    /// <param name="page">Gets it.</param>
    /// <param name="set">Scored with explanations.</param>
    /// <param name="title">Model and prompt, as long as there is room for.</param>
    public static void Add(Page page, SetScore set, string title)
    {
        page.EndLine().Heading(title);
        var pairs = set is { Images: > 2, MinPair: { } min, MaxPair: { } max }
            ? $", pairs from {Figures.Fixed(min)} to {Figures.Fixed(max)}"
            : "";
        foreach (var flag in set.Flags)
        {
            if (Uniform(flag) is { } meaning)
            {
                page.Add($"  {meaning} [{flag}]", Ink.Caution).EndLine();
            }
        }

        // Two images have the same mean similarity, each to the other.
        var differ = set.Medoid != set.Outlier;
        var equal = differ ? "" : "; all equally typical";
        page.Sentence(
            $"SCS {Figures.Fixed(set.Scs)} over {Figures.Count(set.Images, "image")}{pairs}{equal}",
            indent: 2
        );
        if (differ)
        {
            Image(page, set, "most typical", set.Medoid);
        }

        ImageScore[] outliers =
        [
            .. (set.PerImage ?? []).Where(image => image.IsOutlier).OrderBy(image => image.MeanSimilarity),
        ];
        foreach (var outlier in outliers.Take(Shown))
        {
            Image(page, set, "outlier", outlier.Image, Ink.Caution);
        }

        More(page, outliers.Length, "outlier", "outliers");
        if (differ && outliers.Length == 0)
        {
            Image(page, set, "least typical", set.Outlier);
        }

        var groups = set.NearDuplicateGroups ?? [];
        foreach (var group in groups.Take(Shown))
        {
            Group(page, group);
        }

        More(page, groups.Count, "group of near-duplicates", "groups of near-duplicates");
    }

    private static string? Uniform(string flag) =>
        flag switch
        {
            UniformSets.Collapsed => "more than half of the images are near-copies of one another",
            UniformSets.SeedIgnored => "more than half of the images are the same to the byte: the seed had no effect",
            _ => null,
        };

    private static void Image(Page page, SetScore set, string role, string path, Ink ink = Ink.Faint)
    {
        var mean = set.PerImage?.FirstOrDefault(image => image.Image == path)?.MeanSimilarity;
        page.Add(Before(role, mean), ink).Add(path).EndLine();
    }

    /// <summary>On one line where they fit, else one below the other.</summary>
    private static void Group(Page page, DuplicateGroup group)
    {
        var many = group.Images.Count > ShownOfGroup + 1;
        string[] images = [.. group.Images.Take(many ? ShownOfGroup : group.Images.Count)];
        var before = Before(many ? "near-duplicates" : "near-duplicate", group.Similarity);
        var rest = many ? $"and {Figures.Count(group.Images.Count - ShownOfGroup)} more like these; {All}" : "";
        var line = string.Join(" = ", images);
        page.Add(before, Ink.Caution);
        if (Cells.Width(before + line) <= page.Surface.Width)
        {
            page.Add(line).EndLine();
        }
        else
        {
            page.Add(images[0]).EndLine();
            foreach (var image in images.Skip(1))
            {
                page.Add("= ".PadLeft(before.Length)).Add(image).EndLine();
            }
        }

        if (rest.Length > 0)
        {
            page.Add(new string(' ', before.Length) + rest, Ink.Faint).EndLine();
        }
    }

    private static void More(Page page, int all, string one, string several)
    {
        if (all > Shown)
        {
            page.Add($"  and {Plural.Of(all - Shown, $"more {one}", $"more {several}")}; {All}", Ink.Faint).EndLine();
        }
    }

    private static string Before(string role, double? similarity) =>
        $"  {role, -15} {Figures.Fixed(similarity).PadLeft(6)}  ";
}
