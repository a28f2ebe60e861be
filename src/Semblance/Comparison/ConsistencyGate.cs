using Semblance.Prompts;
using Semblance.Statistics;
using static System.FormattableString;

namespace Semblance.Comparison;

/// <summary>Decides whether a candidate may replace a baseline, from the difference of their scores paired by prompt.</summary>
/// <remarks>
/// The decision follows from one-sided confidence limits at 1 - alpha: a claim is shown when the limit lies beyond its
/// margin, refuted when the opposite limit lies on the other side. A claim that is false at its margin passes with a chance
/// of at most alpha.
/// </remarks>
public static class ConsistencyGate
{
    // From here on Student's limits hold their level for skewed differences too (docs/statistics.md).
    private const int ManyPrompts = 100;

    /// <summary>Decides whether one candidate passes.</summary>
    /// <param name="matrix">Scores with at least these two models and two prompts.</param>
    /// <param name="baseline">Name of the model to compare with.</param>
    /// <param name="candidate">Name of the model to judge.</param>
    /// <param name="options">Claim, margin, alpha and test; defaults where null.</param>
    /// <exception cref="InputException">One prompt, a score that is not finite, or only scores from 0 to 1, as cosines are.</exception>
    /// <exception cref="UsageException">An unknown name, the same model twice, a margin or alpha outside its range.</exception>
    public static GateDecision Decide(
        ScoreMatrix matrix,
        string baseline,
        string candidate,
        GateOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(matrix);
        options ??= new GateOptions();
        Require(options);
        var (first, second) = (matrix.IndexOf(baseline), matrix.IndexOf(candidate));
        UsageException.ThrowUnless(first != second, $"Baseline and candidate are both '{baseline}'; name two models.");
        matrix.RequirePrompts($"'{baseline}' and '{candidate}'", "a gate");
        RequirePoints(matrix, first, second);
        var d = PairedDifferences.Of(matrix.Scores(first), matrix.Scores(second));
        var error = new PromptErrors(matrix).OfDifference(first, second, d);
        var dependent = new DependentPrompts(error, matrix.Clusters is { } given ? [.. given] : null, d.Length);
        var units = PromptIntervals.Units(d.Length, error);
        var asked = options;
        options = options with { Alpha = LookAlpha(options, units) };
        var limits = GateLimits.Of(d, options, error, dependent);
        var outcome = GatePrompts.Enough(units, options.Alpha) ? Outcome(limits, options) : GateOutcome.Inconclusive;
        var more = outcome == GateOutcome.Inconclusive ? GatePrompts.More(d, options, error) : 0;
        var alike = matrix.Clusters is null ? LookAlikePrompts.Warning(matrix.Prompts) : null;
        var again =
            outcome == GateOutcome.Inconclusive && asked is { Looks: 1, Anytime: false } && more is not null
                ? "Asking again after adding prompts is another look, and each look costs alpha: up to five of them pass a claim that is false at its margin in 13% of cases at an alpha of 5%. Plan the looks before the first one."
                : null;
        var decision = new GateDecision(
            matrix.Models[first],
            matrix.Models[second],
            options.Claim,
            options.Test,
            limits.Method,
            options.Margin,
            asked.Alpha,
            d.Length,
            limits.Estimate,
            limits.Low,
            limits.High,
            limits.Level,
            limits.P,
            outcome,
            more,
            "",
            [.. new[] { alike, again }.OfType<string>(), .. Warnings(matrix, d, options, more, units)]
        )
        {
            LookAlike = alike,
            AnotherLook = again,
            Looks = asked.Looks,
            Anytime = asked.Anytime,
            LookAlpha = options.Alpha,
            Error = error,
        };
        return decision with { Sentence = GateSentence.Of(decision, d, options) };
    }

    /// <summary>The level at which this look is made.</summary>
    internal static double LookAlpha(GateOptions options, int units) =>
        options.Anytime ? RepeatedLooks.Anytime(units, options.Alpha)
        : options.Looks > 1 ? RepeatedLooks.Pocock(options.Looks, options.Alpha)
        : options.Alpha;

    private static GateOutcome Outcome(GateLimits limits, GateOptions options)
    {
        var (low, high, margin) = (limits.Low, limits.High, options.Margin);
        return options.Claim switch
        {
            GateClaim.NonInferiority => low > -margin ? GateOutcome.Pass
            : high < -margin ? GateOutcome.Fail
            : GateOutcome.Inconclusive,
            GateClaim.Superiority => low > margin ? GateOutcome.Pass
            : high < margin ? GateOutcome.Fail
            : GateOutcome.Inconclusive,
            GateClaim.Variety => high < margin ? GateOutcome.Pass
            : low > margin ? GateOutcome.Fail
            : GateOutcome.Inconclusive,
            _ => low > -margin && high < margin ? GateOutcome.Pass
            : low > margin || high < -margin ? GateOutcome.Fail
            : GateOutcome.Inconclusive,
        };
    }

    /// <summary>Refuses a margin, alpha or number of looks that cannot be.</summary>
    /// <exception cref="UsageException">It cannot be.</exception>
    internal static void Require(GateOptions options)
    {
        UsageException.ThrowUnless(
            options.Margin >= 0 && double.IsFinite(options.Margin),
            $"The margin must be 0 or more score points, and is {options.Margin}."
        );
        UsageException.ThrowUnless(
            options.Claim != GateClaim.Equivalence || options.Margin > 0,
            $"Equivalence needs a margin above 0: no two models are exactly alike."
        );
        UsageException.ThrowUnless(
            options.Alpha is > 0 and < 0.5,
            $"Alpha must lie between 0 and 0.5, and is {options.Alpha}."
        );
        RequireLooks(options);
    }

    private static void RequireLooks(GateOptions options)
    {
        UsageException.ThrowUnless(
            options.Looks is >= 1 and <= RepeatedLooks.MostLooks,
            $"The number of looks must be a whole number from 1 to {RepeatedLooks.MostLooks}, and is {options.Looks}."
        );
        UsageException.ThrowUnless(
            !options.Anytime || options.Looks == 1,
            $"A gate that may be asked at any time needs no number of looks; give one of the two."
        );
    }

    /// <summary>A margin of a point is more than all that cosines can differ by, so that a gate on them would always pass.</summary>
    private static void RequirePoints(ScoreMatrix matrix, int first, int second)
    {
        if (matrix.Rows[first].Concat(matrix.Rows[second]).All(row => Math.Abs(row.Scs) <= 1))
        {
            throw new InputException(
                $"All scores of '{matrix.Models[first]}' and '{matrix.Models[second]}' lie between 0 and 1, as cosines do; margins are in points of the Semantic Consistency Score, which goes to 100. Multiply the scores by 100."
            );
        }
    }

    private static IEnumerable<string> Warnings(
        ScoreMatrix matrix,
        double[] d,
        GateOptions options,
        int? more,
        int units
    )
    {
        var varies = PairedDifferences.Vary(d);
        if (!varies)
        {
            yield return d[0] == 0
                ? $"Both models have the same score on all {d.Length} prompts; check that they are not the same images."
                : $"The difference is the same on all {d.Length} prompts, which may come from rounded scores; without a spread only its sign counts.";
        }
        else if (options.Test == GateTest.Student)
        {
            if (d.Length < ModelComparison.FewestPromptsForStudent)
            {
                yield return $"With only {d.Length} prompts Student's limits assume that the differences are about normal.";
            }

            if (d.Length < ManyPrompts && NormalityTests.ShapiroWilkOf(d) is { P: < 0.05 } test)
            {
                yield return $"The differences do not look normal (Shapiro-Wilk {Verdicts.P(test.P)}), as Student's limits assume; the limits of the signed-rank test assume less, but are those of the pseudomedian.";
            }
        }

        // Where no number of prompts decides, more of them would not help.
        if (!GatePrompts.Enough(units, options.Alpha) && more is not null)
        {
            yield return Invariant(
                $"{units} {(units == d.Length ? "prompts" : "clusters of prompts")} are too few to decide at alpha {options.Alpha:G4}, which takes {GatePrompts.Fewest(options.Alpha)}, whatever the test: the signs of fewer may all agree by chance; give more prompts."
            );
        }

        foreach (var leftOut in ComparisonWarnings.LeftOut(matrix))
        {
            yield return leftOut;
        }
    }
}
