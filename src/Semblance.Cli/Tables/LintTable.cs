using Semblance.Cli.Terminal;
using Semblance.Studies.Linting;

namespace Semblance.Cli.Tables;

/// <summary>What was found in a data set, as a person reads it: each finding with examples, why and what to do.</summary>
internal static class LintTable
{
    public static string Render(LintReport report, Surface surface)
    {
        var page = new Page(surface);
        page.Heading(
            report.Path,
            $"{Figures.Count(report.Images, "image")}, {Figures.Count(report.Models, "model")}, {Figures.Count(report.Prompts, "prompt")}"
        );
        foreach (var finding in report.Findings)
        {
            page.EndLine();
            page.Add(
                    finding.Severity.ToString().ToLowerInvariant(),
                    finding.Severity == Severity.Note ? Ink.Faint : Ink.Caution
                )
                .Add($"  {finding.Id}", Ink.Title)
                .EndLine();
            page.Sentence(finding.What, indent: 2);
            foreach (var example in finding.Examples)
            {
                page.Sentence($"- {example}", Ink.Faint, indent: 4);
            }

            if (finding.Count > finding.Examples.Count)
            {
                page.Sentence($"- and {finding.Count - finding.Examples.Count} more", Ink.Faint, indent: 4);
            }

            page.Sentence($"Why: {finding.Why}", indent: 2);
            page.Sentence($"Do: {finding.Fix}", indent: 2);
        }

        page.EndLine();
        page.Sentence(report.Findings.Count == 0 ? "Nothing was found." : Summary(report));
        foreach (var missed in report.NotChecked)
        {
            page.Note($"not checked: {missed}");
        }

        return page.ToString();
    }

    private static string Summary(LintReport report)
    {
        int Of(Severity severity) => report.Findings.Count(finding => finding.Severity == severity);
        return $"{Figures.Count(Of(Severity.Error), "error")}, {Figures.Count(Of(Severity.Warning), "warning")}, {Figures.Count(Of(Severity.Note), "note")}.";
    }
}
