using Semblance.Comparison;
using Semblance.Runs.Formats;
using Semblance.Variance;

namespace Semblance.Runs.Comparing;

/// <summary>A gate's decision as JSON, schema <c>semblance.gate/1</c> (docs/comparison-json.md).</summary>
public static class GateJson
{
    /// <summary>The decision as text, with a line end.</summary>
    /// <param name="decision">The decision; its warnings are to hold those of the input.</param>
    /// <param name="passed">What the exit code says: an inconclusive gate may be let through.</param>
    /// <param name="encoder">What the scores were made with; null if unknown.</param>
    public static string Of(GateDecision decision, bool passed, string? encoder)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return JsonText.Of(
            new GateDocument(
                "semblance.gate/1",
                decision.Outcome,
                passed,
                decision.Sentence,
                decision.Warnings,
                encoder,
                decision.Baseline,
                decision.Candidate,
                decision.Claim,
                decision.Test,
                decision.Method,
                decision.Margin,
                decision.Alpha,
                decision.Prompts,
                decision.Difference,
                decision.Low,
                decision.High,
                decision.Level,
                decision.P,
                decision.MorePrompts
            )
            {
                Estimate = decision.Estimate,
                Looks = decision.Looks,
                Anytime = decision.Anytime,
                LookAlpha = decision.LookAlpha,
                Error = decision.Error,
            },
            ReportJson.Default.GateDocument
        );
    }
}

/// <summary>The fields of the JSON of a gate.</summary>
internal sealed record GateDocument(
    string Schema,
    GateOutcome Outcome,
    bool Passed,
    string Sentence,
    IReadOnlyList<string> Warnings,
    string? EncoderName,
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
    int? MorePrompts
)
{
    public GateEstimate Estimate { get; init; }

    public int Looks { get; init; }

    public bool Anytime { get; init; }

    public double LookAlpha { get; init; }

    public MeanError? Error { get; init; }

    public SeedDesign SeedDesign => Error?.SeedDesign ?? SeedDesign.Unknown;
}
