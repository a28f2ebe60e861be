using Semblance.Statistics;
using Semblance.Variance;

namespace Semblance.Comparison;

/// <summary>What a candidate has to show.</summary>
public enum GateClaim
{
    /// <summary>It is at most the margin less consistent than the baseline.</summary>
    NonInferiority,

    /// <summary>It is more consistent than the baseline by more than the margin.</summary>
    Superiority,

    /// <summary>It differs from the baseline by less than the margin, either way.</summary>
    Equivalence,

    /// <summary>It is at most the margin more consistent than the baseline: its images have not become more uniform.</summary>
    Variety,
}

/// <summary>The test whose limits decide.</summary>
public enum GateTest
{
    /// <summary>Student's limits of the mean difference.</summary>
    Student,

    /// <summary>Limits of the pseudomedian that go with the signed-rank test (Hodges-Lehmann).</summary>
    Wilcoxon,
}

/// <summary>What the difference of a gate is an estimate of.</summary>
public enum GateEstimate
{
    /// <summary>The mean of the differences.</summary>
    Mean,

    /// <summary>The pseudomedian of the differences (Hodges-Lehmann).</summary>
    Pseudomedian,
}

/// <summary>What the data say about the claim.</summary>
public enum GateOutcome
{
    /// <summary>The data show the claim.</summary>
    Pass,

    /// <summary>The data show the opposite of the claim.</summary>
    Fail,

    /// <summary>The data show neither; more prompts would.</summary>
    Inconclusive,
}

/// <summary>What a candidate is tested for.</summary>
public sealed record GateOptions
{
    /// <summary>What the candidate has to show; non-inferiority by default.</summary>
    public GateClaim Claim { get; init; } = GateClaim.NonInferiority;

    /// <summary>In score points, 0 or more; above 0 for equivalence.</summary>
    public double Margin { get; init; } = 1.0;

    /// <summary>One-sided error, between 0 and 0.5.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>For reading what seeds do; 0 for all cores. No number depends on it.</summary>
    public int Threads { get; init; }

    /// <summary>Which limits decide; Student's by default.</summary>
    public GateTest Test { get; init; } = GateTest.Student;

    /// <summary>
    /// How many times the gate will be asked at most while prompts are added, at about evenly spaced numbers of them; each look
    /// is then at Pocock's level (<see cref="RepeatedLooks.Pocock"/>). 1 for once.
    /// </summary>
    public int Looks { get; init; } = 1;

    /// <summary>Whether the gate may be asked after every prompt (<see cref="RepeatedLooks.Anytime"/>).</summary>
    public bool Anytime { get; init; }
}

/// <summary>The gate's decision about the difference candidate - baseline; differences, limits and margins in points.</summary>
/// <param name="Baseline">Name.</param>
/// <param name="Candidate">Name.</param>
/// <param name="Claim">What was to be shown.</param>
/// <param name="Test">Which limits were asked for.</param>
/// <param name="Method">How the limits were found: differences that do not vary leave only their signs, whatever the test.</param>
/// <param name="Margin">In score points.</param>
/// <param name="Alpha">One-sided.</param>
/// <param name="Prompts">Pairs, n.</param>
/// <param name="Difference">Mean (Student) or pseudomedian (Wilcoxon) of candidate - baseline.</param>
/// <param name="Low">One-sided lower limit.</param>
/// <param name="High">One-sided upper limit.</param>
/// <param name="Level">Level of each limit: 1 - alpha, or the most that signed ranks of so few prompts allow.</param>
/// <param name="P">One-sided p-value of the claim.</param>
/// <param name="Outcome">
/// Pass, fail or inconclusive; always inconclusive below -log2(alpha) prompts (five at 0.05), whatever the test.
/// </param>
/// <param name="MorePrompts">
/// How many more prompts would decide with probability 0.8 if the observed difference and spread are the true ones (or
/// for certain, if differences that do not vary stay as they are); 0 where it is decided, null where no number would, or
/// none up to 1,000 for signed ranks with ties.
/// </param>
/// <param name="Sentence">The decision in one or two sentences.</param>
/// <param name="Warnings">What a reader must know before relying on it.</param>
public sealed record GateDecision(
    string Baseline,
    string Candidate,
    GateClaim Claim,
    GateTest Test,
    string Method,
    double Margin,
    double Alpha,
    int Prompts,
    double Difference,
    double Low,
    double High,
    double Level,
    double P,
    GateOutcome Outcome,
    int? MorePrompts,
    string Sentence,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>What <see cref="Difference"/> and its limits are of; the two are one number where differences do not vary.</summary>
    public GateEstimate Estimate => Test == GateTest.Wilcoxon ? GateEstimate.Pseudomedian : GateEstimate.Mean;

    /// <summary>How often the gate is asked at most: as given.</summary>
    public int Looks { get; init; } = 1;

    /// <summary>Whether it may be asked after every prompt: as given.</summary>
    public bool Anytime { get; init; }

    /// <summary>The level of this look: alpha itself for a single one.</summary>
    public double LookAlpha { get; init; }

    /// <summary>
    /// The one of the warnings that says that asking again after adding prompts costs alpha; null where it is decided, or
    /// looks were planned.
    /// </summary>
    public string? AnotherLook { get; init; }

    /// <summary>The one of the warnings that says that prompts are variants of few texts; null where that is not so.</summary>
    public string? LookAlike { get; init; }

    /// <summary>Standard error of the mean difference, with what prompts have in common.</summary>
    public MeanError? Error { get; init; }
}
