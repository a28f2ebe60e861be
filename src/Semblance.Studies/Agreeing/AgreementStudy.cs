using Semblance.Agreement;
using Semblance.Runs.Agreeing;

namespace Semblance.Studies.Agreeing;

/// <summary>What an <see cref="AgreementStudy"/> found.</summary>
/// <param name="Result">Every figure.</param>
/// <param name="Curve">To be used with other comparisons; null where there is none.</param>
/// <param name="NotKept">Why the figures are not in the run folder, where they should be; else null.</param>
public sealed record AgreementOutcome(AgreementResult Result, HumanCurve? Curve, ResourceException? NotKept);

/// <summary>Read votes and scores, hold them against each other, keep the figures.</summary>
public static class AgreementStudy
{
    /// <summary>Reads, computes, and writes <c>agreement.json</c> into a run folder.</summary>
    /// <exception cref="InputException">No vote can be used, or a file is bad.</exception>
    /// <exception cref="UsageException">An encoder or column that there is not.</exception>
    public static AgreementOutcome Run(AgreementSource source, AgreementOptions options, StudyHost host)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(host);
        var input = AgreementInput.Read(source, host.Warning);
        var result = AgreementStage.Run(input, options);
        var notKept = input.Run is { } run
            ? host.Keep(
                () => AgreementStage.Keep(run, result),
                $"every figure is kept in {Path.Combine(run.Path, AgreementStage.FileName)}"
            )
            : null;
        return new AgreementOutcome(result, HumanCurve.Of(result.Report, result.Report.Figures.Encoders[0]), notKept);
    }
}
