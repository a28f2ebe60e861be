using System.Globalization;
using Semblance.Cli.Terminal;
using Semblance.Comparison;
using Semblance.Variance;
using Semblance.Wording;

namespace Semblance.Cli.Tables;

/// <summary>A gate's decision as a person reads it: the limits drawn against the margin, and the sentence.</summary>
internal static class GateTable
{
    private const int Widest = 64;

    public static string Render(GateDecision decision, bool passed, string? encoder, string? caution, Surface surface)
    {
        var page = new Page(surface);
        // "Gate  X against Y, paired by prompt" on one line, however long the names.
        var room = Math.Max(8, (surface.Width - 34) / 2);
        string Name(string model) => Cells.CutMiddle(Cells.OneLine(model), room, page.Ellipsis);
        page.Heading("Gate", $"{Name(decision.Candidate)} against {Name(decision.Baseline)}, paired by prompt");
        page.Note($"encoder: {encoder ?? "unknown"}");
        DependenceNote.Add(page, decision.Error?.SeedDesign ?? SeedDesign.Unknown, decision.Error);
        page.Cautions([caution, .. decision.Warnings]);
        page.EndLine();
        Draw(page, decision);
        page.EndLine();
        var exit = decision.Outcome == GateOutcome.Inconclusive && passed ? " (let through by --inconclusive-ok)" : "";
        page.Sentence(decision.Sentence + exit, passed ? Ink.Plain : Ink.Caution);
        return page.ToString();
    }

    /// <summary>As it was given: a small one is not rounded away.</summary>
    private static string Margin(double margin) =>
        margin.ToString("+0.00##;-0.00##;0.00", CultureInfo.InvariantCulture);

    /// <summary>A line from the smallest to the largest of what matters: <c>!</c> the margin, <c>0</c> no difference, <c>[ o ]</c> the limits.</summary>
    private static void Draw(Page page, GateDecision decision)
    {
        if (!double.IsFinite(decision.Low) || !double.IsFinite(decision.High))
        {
            return;
        }

        double[] margins = decision.Claim switch
        {
            GateClaim.NonInferiority => [-decision.Margin],
            GateClaim.Superiority or GateClaim.Variety => [decision.Margin],
            _ => [-decision.Margin, decision.Margin],
        };
        double[] marks = [0, decision.Low, decision.High, .. margins];
        var pad = Math.Max(0.05, 0.06 * (marks.Max() - marks.Min()));
        (var from, var to) = (marks.Min() - pad, marks.Max() + pad);
        var width = Math.Min(Widest, page.Surface.Width);
        char[] line = [.. Enumerable.Repeat('-', width)];
        int At(double value) => (int)Math.Round((value - from) / (to - from) * (width - 1));
        Array.Fill(line, '=', At(decision.Low), At(decision.High) - At(decision.Low) + 1);
        line[At(0)] = '0';
        foreach (var margin in margins)
        {
            line[At(margin)] = '!';
        }

        line[At(decision.Low)] = '[';
        line[At(decision.High)] = ']';
        line[At(decision.Difference)] = 'o';
        page.Add(new string(line)).EndLine();
        var decimals = SignedPoints.Decimals(decision.Difference, decision.Low, decision.High);
        page.Note(
            $"! margin {string.Join(" and ", margins.Select(Margin))}   0 no difference   [o] {(decision.Estimate == GateEstimate.Pseudomedian ? "pseudomedian " : "")}{SignedPoints.Of(decision.Low, decimals)} to {SignedPoints.Of(decision.High, decimals)} around {SignedPoints.Of(decision.Difference, decimals)}"
        );
    }
}
