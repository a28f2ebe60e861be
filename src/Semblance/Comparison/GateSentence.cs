using Semblance.Wording;
using static System.FormattableString;

namespace Semblance.Comparison;

/// <summary>A gate's decision in one or two sentences.</summary>
internal static class GateSentence
{
    /// <summary>What was decided, the numbers behind it, and what would decide where nothing is.</summary>
    /// <param name="decision">Everything but its sentence.</param>
    /// <param name="d">Differences candidate - baseline.</param>
    /// <param name="options">What was asked for.</param>
    public static string Of(GateDecision decision, double[] d, GateOptions options)
    {
        var decided = $"{Claim(decision)}: {Numbers(decision, options)}.{Look(decision)}";
        return decision.Outcome == GateOutcome.Inconclusive
            ? decided + Why(decision, d, options) + More(decision, d, options)
            : decided;
    }

    private static string Claim(GateDecision decision)
    {
        var (baseline, candidate) = (decision.Baseline, decision.Candidate);
        var margin = Verdicts.Points(decision.Margin);
        var (byMore, byAsMuch) = decision.Margin == 0 ? ("", "") : ($" by more than {margin}", $" by {margin} or more");
        var less = $"{candidate} is less consistent than {baseline}";
        var more = $"{candidate} is more consistent than {baseline}";
        var differ = $"{candidate} and {baseline} differ by";
        (string Claimed, string Instead) claim = decision.Claim switch
        {
            GateClaim.NonInferiority => (
                $"{candidate} is not less consistent than {baseline}{byAsMuch}",
                $"{less}{byMore}"
            ),
            GateClaim.Superiority => (
                $"{more}{byMore}",
                decision.Margin == 0 ? less : $"{candidate} is not more consistent than {baseline} by {margin}"
            ),
            GateClaim.Variety => (
                $"{candidate} is not more uniform than {baseline}{byAsMuch}",
                $"{candidate} is more uniform than {baseline}{byMore}"
            ),
            _ => ($"{differ} less than {margin}", $"{differ} more than {margin}"),
        };
        var (test, settle) =
            decision.Claim == GateClaim.Equivalence
                ? ("two one-sided tests show", "two one-sided tests do not settle")
                : ("one-sided test shows", "one-sided test does not settle");
        return decision.Outcome switch
        {
            GateOutcome.Pass => $"Pass: the gate's {test} that {claim.Claimed}",
            GateOutcome.Fail => $"Fail: the gate's {test} that {claim.Instead}",
            _ => $"Inconclusive: the gate's {settle} whether {claim.Claimed}",
        };
    }

    private static string Numbers(GateDecision decision, GateOptions options)
    {
        var few = decision.Level < 1 - options.Alpha - 1e-9 ? ", the most that so few prompts allow," : "";
        var decimals = SignedPoints.Decimals(decision.Difference, decision.Low, decision.High);
        var (low, high) = (SignedPoints.Of(decision.Low, decimals), SignedPoints.Of(decision.High, decimals));
        var difference = SignedPoints.Of(decision.Difference, decimals);
        var limits =
            decision.Low == decision.High
                ? $"which does not vary, so that its sign alone counts, at a one-sided level of {Verdicts.Percent(decision.Level)}{few}"
                : $"one-sided {Verdicts.Percent(decision.Level)} limits{few} {low} and {high}";
        var what = decision.Estimate == GateEstimate.Pseudomedian ? "the pseudomedian of " : "";
        return $"{what}{decision.Candidate} - {decision.Baseline} = {difference} points, {limits} ({decision.Method}, one-sided {Verdicts.P(decision.P)}, {decision.Prompts} prompts)";
    }

    /// <summary>At which level a look among several is made.</summary>
    private static string Look(GateDecision decision) =>
        decision.Anytime
            ? Invariant(
                $" It may be asked at any time: this look is at level {decision.LookAlpha:0.#####}, all of them together at {decision.Alpha:G4}."
            )
        : decision.Looks > 1
            ? Invariant(
                $" This is one of at most {decision.Looks} looks, each at level {decision.LookAlpha:0.#####}, all of them together at {decision.Alpha:G4}."
            )
        : "";

    /// <summary>Why nothing is decided, where the limits or the p alone would look as if it were.</summary>
    private static string Why(GateDecision decision, double[] d, GateOptions options)
    {
        if (!GatePrompts.Enough(d.Length, options.Alpha))
        {
            return Invariant(
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
            var on =>
                $" The limits decide, and one lies on the margin itself: {on} of {d.Length} differences {(on == 1 ? "is" : "are")} exactly the margin, which the limits keep and the test behind the p leaves out.",
        };
    }

    private static string More(GateDecision decision, double[] d, GateOptions options)
    {
        var tied = options.Test == GateTest.Wilcoxon && TiedDifferences.In(d, options);
        var same = !PairedDifferences.Vary(d);
        if (decision.MorePrompts is not { } more)
        {
            return tied && !same
                ? " With differences like these even 1,000 prompts would decide with a chance of less than 80%."
                : " No number of prompts would decide while the difference lies on the margin.";
        }

        var prompts = $"{Plural.Of(more, "more prompt")} ({decision.Prompts + more} in all)";
        return same ? $" {prompts} with the same difference would decide."
            : tied ? $" With differences like these {prompts} would decide with a chance of 80%."
            : $" If this difference and spread are the true ones, {prompts} would decide with a chance of 80%.";
    }
}
