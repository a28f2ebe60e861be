using Semblance.Comparison;
using Semblance.Consistency;
using Semblance.Runs.Folder;

namespace Semblance.Runs.Comparing;

/// <summary>A comparison with all that a reader must know beside it.</summary>
/// <param name="Matrix">The scores, side by side.</param>
/// <param name="Report">The statistics.</param>
/// <param name="EncoderName">What the scores were made with; null if unknown.</param>
/// <param name="Encoder">All about the encoder; null where only its name is known.</param>
/// <param name="Floor">What images of different prompts score, over the compared prompts; null without embeddings.</param>
/// <param name="Warnings">The report's, and those of the input.</param>
public sealed record CompareResult(
    ScoreMatrix Matrix,
    ComparisonReport Report,
    string? EncoderName,
    EncoderIdentity? Encoder,
    ConsistencyFloor? Floor,
    IReadOnlyList<string> Warnings
);

/// <summary>From scores to a comparison: pair by prompt, look at the seeds, compare.</summary>
public static class CompareStage
{
    /// <summary>Name of the file in a run folder.</summary>
    public const string FileName = RunFolder.ComparisonName;

    /// <summary>Compares the models of an input.</summary>
    /// <param name="input">Scores, and embeddings where they are at hand.</param>
    /// <param name="match">How prompts meet.</param>
    /// <param name="options">Level, resamples, seed, mode.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <exception cref="InputException">The scores cannot be paired or compared.</exception>
    /// <exception cref="UsageException">A name that fits nothing, or too many models for all pairs.</exception>
    public static CompareResult Run(
        CompareInput input,
        MatchOptions match,
        ComparisonOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        var matrix = input.Match(match);
        var scores = MatchedScores.Of(matrix, input, new Threads(options.Threads, cancellationToken));
        var report = ModelComparison.Of(scores.Matrix, options, scores.Shared, cancellationToken);
        return new CompareResult(
            scores.Matrix,
            report,
            input.EncoderName,
            input.Encoder,
            scores.Floor,
            [.. scores.Warnings, .. report.Warnings]
        );
    }

    /// <summary>Writes <c>comparison.json</c> into the run folder.</summary>
    /// <exception cref="ResourceException">The folder cannot be written.</exception>
    public static void Keep(RunFolder run, CompareResult result)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Write(run.At(FileName), ComparisonJson.Of(result), advise: false);
    }
}
