using Semblance.Cli.Terminal;
using Semblance.Comparison;

namespace Semblance.Cli.Ci;

/// <summary>A gate's decision as a workflow command of GitHub Actions.</summary>
internal static class GitHubAnnotation
{
    /// <summary><c>::error</c> where the gate says no, <c>::warning</c> where it is let through, <c>::notice</c> where it passes.</summary>
    public static string Of(GateDecision decision, bool passed)
    {
        var level =
            !passed ? "error"
            : decision.Outcome == GateOutcome.Inconclusive ? "warning"
            : "notice";
        // Sentences are one line each, whatever the names in them hold.
        var text = string.Join('\n', ((string[])[decision.Sentence, .. decision.Warnings]).Select(Cells.OneLine));
        return $"::{level} title={Property(Cells.OneLine($"semblance gate: {decision.Candidate} against {decision.Baseline}"))}::{Escape(text)}";
    }

    // As in @actions/core: what would end a command or a property.
    private static string Escape(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Escape(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
