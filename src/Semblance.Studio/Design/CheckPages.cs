using Semblance.Agreement;

namespace Semblance.Studio.Design;

/// <summary>Pages whose right answer is known, or that measure the noise: they are not votes on the models.</summary>
internal static class CheckPages
{
    /// <summary>The checks of a rater, kinds in turn. Of forced choices there is none with one set twice: it has no right answer.</summary>
    public static IReadOnlyList<DesignedPage> Of(StudyDefinition study, int rater)
    {
        CheckKind[] kinds = study.Question.HasTie
            ? [CheckKind.RepeatedImage, CheckKind.SameSet, CheckKind.SameModel]
            : [CheckKind.RepeatedImage, CheckKind.SameModel];
        List<DesignedPage> pages = [];
        for (var round = 0; round < study.Checks; round++)
        {
            foreach (var kind in kinds)
            {
                if (Page(study, rater, round, kind, "check") is { } page)
                {
                    pages.Add(page);
                }
            }
        }

        return pages;
    }

    /// <summary>Pages for practice: checks with an answer, kinds in turn.</summary>
    public static IReadOnlyList<DesignedPage> Training(StudyDefinition study, int rater) =>
        [
            .. Enumerable
                .Range(0, study.Training)
                .Select(round =>
                    Page(
                        study,
                        rater,
                        round,
                        study.Question.HasTie && round % 2 == 1 ? CheckKind.SameSet : CheckKind.RepeatedImage,
                        "training"
                    )! with
                    {
                        Check = CheckKind.Training,
                    }
                ),
        ];

    private static DesignedPage? Page(StudyDefinition study, int rater, int round, CheckKind kind, string purpose)
    {
        var draw = Seeded.Bits(study.Seed, purpose, rater, round, (int)kind);
        var prompt = (int)(draw % (ulong)study.Prompts.Count);
        var model = (int)((draw >> 20) % (ulong)study.Models.Count);
        var left = ((draw >> 40) & 1) == 1;
        var images = study.Prompts[prompt].Sets[model].Images.Count;
        var count = Math.Min(study.Show, images);
        int[] all = [.. Enumerable.Range(0, count)];
        return kind switch
        {
            CheckKind.SameSet => Of(all, all, Answer.Same),
            CheckKind.RepeatedImage => left ? Of(Repeated(), all, Answer.Left) : Of(all, Repeated(), Answer.Right),
            // Disjoint seeds: as many as there are, half on each side.
            _ when images >= 4 => Halves(),
            _ => null,
        };

        DesignedPage Of(int[] onLeft, int[] onRight, Answer? expected) =>
            new(0, kind, prompt, new ShownSide(model, onLeft), new ShownSide(model, onRight), expected);

        int[] Repeated() => [.. Enumerable.Repeat((int)((draw >> 44) % (ulong)count), count)];

        DesignedPage Halves()
        {
            var order = Seeded.Order(images, study.Seed, "halves", rater, round);
            var half = Math.Min(study.Show, images / 2);
            return Of(order[..half], order[half..(2 * half)], null);
        }
    }
}
