using System.Globalization;
using Semblance.Wording;

namespace Semblance.Comparison;

/// <summary>A gate's decision in one or two sentences.</summary>
internal static class GateSentence
{
    /// <summary>The sentence.</summary>
    /// <param name="decision">Everything but its sentence.</param>
    /// <param name="d">Differences candidate - baseline.</param>
    /// <param name="options">What was asked for.</param>
    public static string Of(GateDecision decision, double[] d, GateOptions options)
    {
        var (baseline, candidate) = (decision.Baseline, decision.Candidate);
        var margin = Verdicts.Points(decision.Margin);
        var claim = (decision.Outcome, decision.Claim) switch
        {
            (GateOutcome.Pass, GateClaim.NonInferiority) when decision.Margin == 0 =>
                $"Pass: {candidate} is not less consistent than {baseline}",
            (GateOutcome.Pass, GateClaim.NonInferiority) =>
                $"Pass: {candidate} is not less consistent than {baseline} by {margin} or more",
            (GateOutcome.Fail, GateClaim.NonInferiority) =>
                $"Fail: {candidate} is less consistent than {baseline} by more than {margin}",
            (GateOutcome.Pass, GateClaim.Superiority) when decision.Margin == 0 =>
                $"Pass: {candidate} is more consistent than {baseline}",
            (GateOutcome.Pass, GateClaim.Superiority) =>
                $"Pass: {candidate} is more consistent than {baseline} by more than {margin}",
            (GateOutcome.Fail, GateClaim.Superiority) when decision.Margin == 0 =>
                $"Fail: {candidate} is less consistent than {baseline}",
            (GateOutcome.Fail, GateClaim.Superiority) =>
                $"Fail: {candidate} is not more consistent than {baseline} by {margin}",
            (GateOutcome.Pass, _) => $"Pass: {candidate} and {baseline} differ by less than {margin}",
            (GateOutcome.Fail, _) => $"Fail: {candidate} and {baseline} differ by more than {margin}",
            _ => $"Inconclusive: the data do not settle whether {Question(decision, margin)}",
        };
        return $"{claim}: {Numbers(decision)}.{Why(decision, d, options)}{More(decision, d, options)}";
    }

    private static string Question(GateDecision decision, string margin) =>
        decision.Claim switch
        {
            GateClaim.NonInferiority when decision.Margin == 0 =>
                $"{decision.Candidate} is less consistent than {decision.Baseline}",
            GateClaim.NonInferiority =>
                $"{decision.Candidate} is less consistent than {decision.Baseline} by {margin} or more",
            GateClaim.Superiority when decision.Margin == 0 =>
                $"{decision.Candidate} is more consistent than {decision.Baseline}",
            GateClaim.Superiority =>
                $"{decision.Candidate} is more consistent than {decision.Baseline} by more than {margin}",
            _ => $"{decision.Candidate} and {decision.Baseline} differ by less than {margin}",
        };

    private static string Numbers(GateDecision decision)
    {
        var few = decision.Level < 1 - decision.Alpha - 1e-9 ? ", the most that so few prompts allow," : "";
        var decimals = SignedPoints.Decimals(decision.Difference, decision.Low, decision.High);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{decision.Candidate} - {decision.Baseline} = {SignedPoints.Of(decision.Difference, decimals)} points, one-sided {Verdicts.Percent(decision.Level)} limits{few} {SignedPoints.Of(decision.Low, decimals)} and {SignedPoints.Of(decision.High, decimals)} ({decision.Method}, {Verdicts.P(decision.P)}, {decision.Prompts} prompts)"
        );
    }

    /// <summary>Why nothing is decided, where the limits or the p alone would look as if it were.</summary>
    private static string Why(GateDecision decision, double[] d, GateOptions options)
    {
        if (decision.Outcome != GateOutcome.Inconclusive)
        {
            return "";
        }

        if (!GatePrompts.Enough(d.Length, options.Alpha))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $" Fewer than {GatePrompts.Fewest(options.Alpha)} prompts decide nothing at alpha {options.Alpha:G4}."
            );
        }

        if (decision.P > options.Alpha || options.Test != GateTest.Wilcoxon || !TiedDifferences.In(d, options))
        {
            return "";
        }

        return TiedDifferences.OnMargin(decision, d, options) switch
        {
            null => " The limits decide, and equal differences make them coarser than the p.",
            0 =>
                " The limits decide, and one lies on the margin itself, since equal differences on either side of it cancel.",
            var on => string.Create(
                CultureInfo.InvariantCulture,
                $" The limits decide, and one lies on the margin itself: {on} of {d.Length} differences {(on == 1 ? "is" : "are")} just the margin, which the limits keep and the test behind the p leaves out."
            ),
        };
    }

    private static string More(GateDecision decision, double[] d, GateOptions options)
    {
        if (decision.Outcome != GateOutcome.Inconclusive)
        {
            return "";
        }

        var tied = options.Test == GateTest.Wilcoxon && TiedDifferences.In(d, options);
        var same = d.AsSpan().IndexOfAnyExcept(d[0]) < 0;
        if (decision.MorePrompts is not { } more)
        {
            return tied && !same
                ? " With differences like these even 1,000 prompts would decide with a chance of less than 80%."
                : " No number of prompts would decide while the difference lies on the margin.";
        }

        var prompts = string.Create(
            CultureInfo.InvariantCulture,
            $"{more} more prompt{(more == 1 ? "" : "s")} ({decision.Prompts + more} in all)"
        );
        return same ? $" {prompts} with the same difference would decide."
            : tied ? $" With differences like these {prompts} would decide with a chance of 80%."
            : $" If this difference and spread are the true ones, {prompts} would decide with a chance of 80%.";
    }
}
