using Semblance.Agreement;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Agreeing;

/// <summary>
/// An agreement as JSON, schema <c>semblance.agreement/1</c> (docs/agreement-json.md): snake_case, nulls written, doubles in
/// the shortest form that reads back to the same bits.
/// </summary>
public static class AgreementJson
{
    /// <summary>The agreement as text, with a line end.</summary>
    public static string Of(AgreementResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var (report, options) = result;
        return JsonText.Of(
            new AgreementDocument(
                "semblance.agreement/1",
                report.Verdict,
                report.Warnings,
                new AgreementSettings(
                    options.Level,
                    options.Resamples,
                    options.Seed,
                    options.Penalty,
                    options.Exclusions
                ),
                report.Study,
                report.Figures,
                report.Everyone,
                report.Raters,
                report.LeftOut
            ),
            AgreementJsonContext.Default.AgreementDocument
        );
    }
}

/// <summary>What the JSON of <c>agreement</c> holds.</summary>
internal sealed record AgreementDocument(
    string Schema,
    string Verdict,
    IReadOnlyList<string> Warnings,
    AgreementSettings Settings,
    StudyFacts Study,
    AgreementFigures Figures,
    AgreementFigures? Everyone,
    IReadOnlyList<RaterSummary> Raters,
    IReadOnlyList<LeftOutVote> LeftOut
);

/// <summary>What the numbers depend on. The number of threads is not among it.</summary>
internal sealed record AgreementSettings(
    double Level,
    int Resamples,
    ulong Seed,
    double Penalty,
    ExclusionRules Exclusions
);
