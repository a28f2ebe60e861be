using Semblance.Agreement;
using Semblance.Studio.Design;

namespace Semblance.Studio.Tests;

/// <summary>Studies without files, for what does not look at images.</summary>
internal static class Studies
{
    public static StudyDefinition Of(
        int models = 2,
        int prompts = 12,
        int images = 6,
        int show = 6,
        PairScheme pairs = PairScheme.All,
        ulong seed = 1,
        int checks = 1,
        double repeats = 0.1,
        Question? question = null
    ) =>
        new(
            "study",
            seed,
            [.. Enumerable.Range(0, models).Select(model => $"model {model}")],
            [
                .. Enumerable
                    .Range(0, prompts)
                    .Select(prompt => new StudyPrompt(
                        $"prompt {prompt}",
                        [
                            .. Enumerable
                                .Range(0, models)
                                .Select(model => new StudySet([
                                    .. Enumerable
                                        .Range(0, images)
                                        .Select(image => new StudyImage($"/{model}/{prompt}/{image}.png", $"{image}")),
                                ])),
                        ]
                    )),
            ],
            show,
            question ?? Question.Default,
            pairs,
            pairs == PairScheme.Against ? "model 0" : null,
            3,
            checks,
            repeats,
            new TileSize(64, 64),
            new ExclusionRules()
        );
}
