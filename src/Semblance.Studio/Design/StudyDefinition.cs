using Semblance.Agreement;

namespace Semblance.Studio.Design;

/// <summary>
/// All that decides what raters see. It is kept with the votes and does not change after the first one, so that the pages
/// of every rater follow from it again.
/// </summary>
/// <param name="Id">Random; tells studies apart.</param>
/// <param name="Seed">Decides orders and sides.</param>
/// <param name="Models">At least two.</param>
/// <param name="Prompts">With a set of each model.</param>
/// <param name="Show">Images on a side, at most.</param>
/// <param name="Question">What is asked.</param>
/// <param name="Pairs">Which pairs of models.</param>
/// <param name="Against">The model of <see cref="PairScheme.Against"/>; else null.</param>
/// <param name="Raters">How many are expected.</param>
/// <param name="Checks">Pages of each kind of check for every rater.</param>
/// <param name="RepeatShare">Share of the pages that are shown again with swapped sides, 0 to 1.</param>
/// <param name="Tile">Width and height of the images as raters get them, in pixels.</param>
/// <param name="Exclusions">By which raters are left out, fixed before the first vote.</param>
public sealed record StudyDefinition(
    string Id,
    ulong Seed,
    IReadOnlyList<string> Models,
    IReadOnlyList<StudyPrompt> Prompts,
    int Show,
    Question Question,
    PairScheme Pairs,
    string? Against,
    int Raters,
    int Checks,
    double RepeatShare,
    TileSize Tile,
    ExclusionRules Exclusions
)
{
    /// <summary>Pages for practice before the study, after each of which the rater reads the right answer.</summary>
    public int Training { get; init; }

    /// <summary>Pairs of models by their places, the first one lower, in the order of the models.</summary>
    internal IReadOnlyList<(int First, int Second)> ModelPairs() =>
        [
            .. from first in Enumerable.Range(0, Models.Count)
            from second in Enumerable.Range(first + 1, Models.Count - first - 1)
            where Pairs != PairScheme.Against || Models[first] == Against || Models[second] == Against
            select (first, second),
        ];
}

/// <summary>A prompt of the study.</summary>
/// <param name="Prompt">As the first model has it.</param>
/// <param name="Sets">Of each model, in the order of the models.</param>
public sealed record StudyPrompt(string Prompt, IReadOnlyList<StudySet> Sets);

/// <summary>The scored images of one model and prompt.</summary>
/// <param name="Images">Seeds that all models share first, each part in the order of seeds.</param>
public sealed record StudySet(IReadOnlyList<StudyImage> Images);

/// <summary>An image of a set.</summary>
/// <param name="Path">As the run has it: relative to the run folder if the image is inside, else full.</param>
/// <param name="Seed">As the run has it; the file's name where it has none.</param>
public sealed record StudyImage(string Path, string Seed);

/// <summary>Of an image as raters get it.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record TileSize(int Width, int Height);
