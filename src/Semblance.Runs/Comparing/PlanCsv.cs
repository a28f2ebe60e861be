using Semblance.Planning;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Comparing;

/// <summary>The table of a plan as CSV: one line per design, and the cheapest one last where a half width or a power was asked for.</summary>
public static class PlanCsv
{
    /// <summary>The text with its header line.</summary>
    public static string Of(PlanReport plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return CsvText.ForPeople<(StudyDesign Design, bool Cheapest)>(
            [
                ("prompts", row => row.Design.Prompts),
                ("seeds", row => row.Design.Seeds),
                ("half_width", row => row.Design.HalfWidth),
                ("power", row => row.Design.Power),
                ("images", row => row.Design.Images),
                ("cost", row => row.Design.Cost),
                ("cheapest", row => row.Cheapest ? "true" : "false"),
            ],
            [
                .. plan.Table.Select(design => (design, false)),
                .. plan.Cheapest is { } cheapest ? [(cheapest, true)] : Array.Empty<(StudyDesign, bool)>(),
            ]
        );
    }
}
