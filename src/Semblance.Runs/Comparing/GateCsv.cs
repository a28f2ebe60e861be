using Semblance.Comparison;
using Semblance.Runs.Formats;

namespace Semblance.Runs.Comparing;

/// <summary>A gate's decision as CSV: a header and one line.</summary>
public static class GateCsv
{
    /// <summary>The header and the line as text, LF at their ends.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="passed">What the exit code says.</param>
    /// <param name="encoder">What the scores were made with; null if unknown.</param>
    public static string Of(GateDecision decision, bool passed, string? encoder) =>
        CsvText.ForPeople<GateDecision>(
            [
                ("outcome", one => ReportJson.Word(one.Outcome)),
                ("passed", _ => passed ? "true" : "false"),
                ("baseline", one => one.Baseline),
                ("candidate", one => one.Candidate),
                ("claim", one => ReportJson.Word(one.Claim)),
                ("test", one => ReportJson.Word(one.Test)),
                ("margin", one => one.Margin),
                ("alpha", one => one.Alpha),
                ("prompts", one => one.Prompts),
                ("encoder", _ => encoder),
                ("difference", one => one.Difference),
                ("low", one => one.Low),
                ("high", one => one.High),
                ("level", one => one.Level),
                ("p", one => one.P),
                ("more_prompts", one => one.MorePrompts),
                ("method", one => one.Method),
                ("sentence", one => one.Sentence),
            ],
            [decision]
        );
}
