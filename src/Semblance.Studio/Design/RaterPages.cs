using Semblance.Agreement;

namespace Semblance.Studio.Design;

/// <summary>The pages of a rater, a pure function of the study and the rater's number.</summary>
public static class RaterPages
{
    /// <summary>Fewer pages than this have no checks and no repeats: they would be most of the study.</summary>
    public const int FewestForChecks = 4;

    /// <summary>What a rater sees, in order.</summary>
    /// <param name="study">The study.</param>
    /// <param name="rater">Number, from 0; not limited by the raters that were planned.</param>
    public static IReadOnlyList<DesignedPage> Of(StudyDefinition study, int rater)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentOutOfRangeException.ThrowIfNegative(rater);
        var own = Own(study, rater);
        DesignedPage[] ordered = [.. Seeded.Order(own.Count, study.Seed, "order", rater).Select(i => own[i])];
        var training = CheckPages.Training(study, rater);
        if (ordered.Length < FewestForChecks)
        {
            return Numbered(study, rater, [.. training, .. ordered]);
        }

        // Early checks say more than late ones: the first comes within the first five pages.
        List<(double At, DesignedPage Page)> placed = [.. ordered.Select((page, i) => ((double)i, page))];
        var checks = CheckPages.Of(study, rater);
        for (var i = 0; i < checks.Count; i++)
        {
            var share = Seeded.Bits(study.Seed, "check place", rater, i) / (double)ulong.MaxValue;
            var at = i == 0 ? 1.5 + Math.Floor(3 * share) : (i + (0.8 * share)) * ordered.Length / checks.Count;
            placed.Add((at, checks[i]));
        }

        // What is repeated was among the first half, and comes again in the last quarter.
        var half = ordered.Length / 2;
        var repeats = Math.Min(half, Repeats(study.RepeatShare, ordered.Length));
        foreach (var i in Seeded.Order(half, study.Seed, "repeats", rater).Take(repeats))
        {
            var share = Seeded.Bits(study.Seed, "repeat place", rater, i) / (double)ulong.MaxValue;
            placed.Add((ordered.Length * (0.75 + (0.25 * share)), Again(ordered[i])));
        }

        return Numbered(study, rater, [.. training, .. placed.OrderBy(one => one.At).Select(one => one.Page)]);
    }

    /// <summary>Pages on the models, in the order of prompts and pairs; image orders are not decided yet.</summary>
    private static List<DesignedPage> Own(StudyDefinition study, int rater)
    {
        var pairs = study.ModelPairs();
        // For each prompt all pairs in turn, beginning anywhere.
        var places = Seeded.Order(study.Prompts.Count, study.Seed, "pairs");
        List<DesignedPage> pages = [];
        for (var prompt = 0; prompt < study.Prompts.Count; prompt++)
        {
            for (var pair = 0; pair < pairs.Count; pair++)
            {
                // How many raters before this one saw the same item.
                var before = rater;
                if (study.Pairs == PairScheme.Balanced)
                {
                    if ((places[prompt] + rater) % pairs.Count != pair)
                    {
                        continue;
                    }

                    before = rater / pairs.Count;
                }

                // Of two raters in turn one sees the pair one way and one the other: sides are balanced for every
                // number of raters, and random for each of them.
                var swap = Seeded.Coin(study.Seed, "sides", prompt, pair, before / 2) ^ (before % 2 == 1);
                var (first, second) = pairs[pair];
                var (left, right) = swap ? (second, first) : (first, second);
                var count = Math.Min(
                    study.Show,
                    Math.Min(
                        study.Prompts[prompt].Sets[left].Images.Count,
                        study.Prompts[prompt].Sets[right].Images.Count
                    )
                );
                int[] shown = [.. Enumerable.Range(0, count)];
                pages.Add(
                    new DesignedPage(
                        0,
                        CheckKind.None,
                        prompt,
                        new ShownSide(left, shown),
                        new ShownSide(right, shown),
                        null
                    )
                );
            }
        }

        return pages;
    }

    /// <summary>The share, rounded, but at least one page where there is a share at all.</summary>
    private static int Repeats(double share, int pages) =>
        share > 0 ? Math.Max(1, (int)Math.Round(share * pages, MidpointRounding.AwayFromZero)) : 0;

    private static DesignedPage Again(DesignedPage page) =>
        page with
        {
            Check = CheckKind.Repeat,
            Left = page.Right,
            Right = page.Left,
        };

    private static DesignedPage[] Numbered(StudyDefinition study, int rater, DesignedPage[] pages) =>
        [
            .. pages.Select(
                (page, i) =>
                    page with
                    {
                        Number = i + 1,
                        Left = Shuffled(study.Seed, rater, i, page.Left, "left images"),
                        Right = Shuffled(study.Seed, rater, i, page.Right, "right images"),
                    }
            ),
        ];

    private static ShownSide Shuffled(ulong seed, int rater, int page, ShownSide side, string purpose) =>
        side with
        {
            Images = [.. Seeded.Order(side.Images.Count, seed, purpose, rater, page).Select(i => side.Images[i])],
        };
}
