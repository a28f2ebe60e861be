using Semblance.Comparison;

namespace Semblance.Runs.Comparing;

/// <summary>From scores to a gate's decision.</summary>
public static class GateStage
{
    /// <summary>Pairs baseline and candidate by prompt and decides.</summary>
    /// <param name="input">Scores with both models.</param>
    /// <param name="match">How prompts meet; its models are not looked at.</param>
    /// <param name="baseline">Name of the model to compare with.</param>
    /// <param name="candidate">Name of the model that passes or fails.</param>
    /// <param name="options">Claim, margin, alpha and test.</param>
    /// <param name="cancellationToken">Ends it, before it decides or after.</param>
    /// <returns>The decision; its warnings are also those of the input.</returns>
    /// <exception cref="InputException">The scores cannot be paired, or are on the scale of cosines.</exception>
    /// <exception cref="UsageException">An unknown name, the same model twice, or an option outside its range.</exception>
    public static GateDecision Run(
        CompareInput input,
        MatchOptions match,
        string baseline,
        string candidate,
        GateOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(match);
        ArgumentNullException.ThrowIfNull(options);
        if (string.Equals(baseline, candidate, StringComparison.Ordinal))
        {
            throw new UsageException($"Baseline and candidate are both '{baseline}'; name two models.");
        }

        var matrix = input.Match(match with { Models = [baseline, candidate] });
        cancellationToken.ThrowIfCancellationRequested();
        InputWarnings.RequirePoints(matrix);
        var known = MatchedScores.WithSeeds(matrix, input, new Threads(options.Threads, cancellationToken));
        var decision = ConsistencyGate.Decide(known, baseline, candidate, options);
        cancellationToken.ThrowIfCancellationRequested();
        return decision with { Warnings = [.. InputWarnings.Of(matrix, input), .. decision.Warnings] };
    }
}
