using System.Globalization;

namespace Semblance.Comparison;

/// <summary>A gate's decision in one or two sentences.</summary>
internal static class GateSentence
{
    public static string Of(GateDecision decision)
    {
        var (baseline, candidate) = (decision.Baseline, decision.Candidate);
        var margin = Points(decision.Margin);
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
        return $"{claim}: {Numbers(decision)}.{More(decision)}";
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
        var test = decision.Test == GateTest.Student ? "Student" : "Wilcoxon signed-rank";
        var p = decision.P is { } value ? ", " + Verdicts.P(value) : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{decision.Candidate} - {decision.Baseline} = {Verdicts.Signed(decision.Difference)} points, one-sided {100 * (1 - decision.Alpha):G4}% limits {Verdicts.Signed(decision.Low)} and {Verdicts.Signed(decision.High)} ({test}{p}, {decision.Prompts} prompts)"
        );
    }

    private static string More(GateDecision decision) =>
        (decision.Outcome, decision.MorePrompts) switch
        {
            (not GateOutcome.Inconclusive, _) => "",
            (_, { } more) => string.Create(
                CultureInfo.InvariantCulture,
                $" If this difference and spread are the true ones, {more} more prompts ({decision.Prompts + more} in all) would decide with a chance of 80%."
            ),
            _ => " No number of prompts would decide while the difference lies on the margin.",
        };

    private static string Points(double margin) =>
        string.Create(CultureInfo.InvariantCulture, $"{margin:0.####} point{(margin == 1 ? "" : "s")}");
}
