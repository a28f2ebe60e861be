using Semblance.Agreement;

namespace Semblance.Studio.Design;

/// <summary>What one rater sees on one page.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Check">Why it is shown.</param>
/// <param name="Prompt">Place of the prompt in the study.</param>
/// <param name="Left">The gallery on the left.</param>
/// <param name="Right">The gallery on the right.</param>
/// <param name="Expected">The answer that passes a check; null where there is none.</param>
public sealed record DesignedPage(
    int Number,
    CheckKind Check,
    int Prompt,
    ShownSide Left,
    ShownSide Right,
    Answer? Expected
);

/// <summary>One gallery, on one side of a page.</summary>
/// <param name="Model">Place of the model in the study.</param>
/// <param name="Images">Places of the images in the set, in the order in which they are shown.</param>
public sealed record ShownSide(int Model, IReadOnlyList<int> Images);
