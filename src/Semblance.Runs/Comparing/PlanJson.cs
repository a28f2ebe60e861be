using Semblance.Planning;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Comparing;

/// <summary>A plan as JSON, schema <c>semblance.plan/1</c> (docs/comparison-json.md).</summary>
public static class PlanJson
{
    /// <summary>The plan as text, with a line end.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="encoder">What the pilot's scores were made with; null if unknown or stated.</param>
    public static string Of(PlanReport plan, string? encoder)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return JsonText.Of(
            new PlanDocument(
                "semblance.plan/1",
                plan.Advice,
                plan.SpendOn,
                plan.BestSeeds,
                plan.Cheapest,
                plan.Warnings,
                encoder,
                plan.Variance,
                plan.Settings,
                plan.Table
            ),
            ReportJson.Default.PlanDocument
        );
    }
}

/// <summary>The fields of the JSON of a plan.</summary>
internal sealed record PlanDocument(
    string Schema,
    string Advice,
    string SpendOn,
    int? BestSeeds,
    StudyDesign? Cheapest,
    IReadOnlyList<string> Warnings,
    string? EncoderName,
    StudyVariance Variance,
    PlanOptions Settings,
    IReadOnlyList<StudyDesign> Table
);
