using Semblance.Consistency;
using Semblance.Runs.Comparing;
using Semblance.Runs.Folder;
using Semblance.Runs.Inputs;

namespace Semblance.Studies.Scoring;

/// <summary>What a <see cref="ScoreStudy"/> found.</summary>
/// <param name="Encoders">The scores of each encoder.</param>
/// <param name="Input">What was scored.</param>
/// <param name="Run">Where it is kept; null for ready embeddings, which are not kept.</param>
public sealed record ScoreOutcome(IReadOnlyList<EncoderScores> Encoders, ScoreInput Input, RunFolder? Run)
{
    /// <summary>The scores of the first encoder.</summary>
    public ScoreReport Report => Encoders[0].Report;

    /// <summary>What must stand beside the first encoder's numbers; null for nothing.</summary>
    public string? Caution => Encoders[0].Caution;

    /// <summary>The scores as a comparison takes them.</summary>
    public CompareInput ToCompare() =>
        Input switch
        {
            ImageInput images => CompareInput.Of(Run!, Report, images),
            EmbeddingInput embeddings => CompareInput.Of(Report, embeddings),
            _ => throw new InvalidOperationException("An input is images or embeddings."),
        };
}

/// <summary>The scores that one of several encoders gave.</summary>
/// <param name="Report">The scores.</param>
/// <param name="Caution">The encoder's (<see cref="IImageEncoder.Caution"/>), which belongs beside every number.</param>
public sealed record EncoderScores(ScoreReport Report, string? Caution);
