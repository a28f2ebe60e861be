using System.Text;
using System.Xml;
using System.Xml.Linq;
using Semblance.Cli.Terminal;
using Semblance.Comparison;

namespace Semblance.Cli.Ci;

/// <summary>A gate's decision as JUnit XML, which CI servers show as a test.</summary>
internal static class JUnitXml
{
    /// <summary>One test case: passed, failed, or (inconclusive but let through) skipped.</summary>
    public static byte[] Of(GateDecision decision, bool passed)
    {
        var skipped = passed && decision.Outcome == GateOutcome.Inconclusive;
        var said = new XAttribute("message", Legal(decision.Sentence));
        var outcome = skipped
            ? new XElement("skipped", said)
            : new XElement(
                "failure",
                new XAttribute("type", decision.Outcome == GateOutcome.Fail ? "fail" : "inconclusive"),
                said
            );
        var suites = new XElement(
            "testsuites",
            new XElement(
                "testsuite",
                new XAttribute("name", "semblance gate"),
                new XAttribute("tests", 1),
                new XAttribute("failures", passed ? 0 : 1),
                new XAttribute("errors", 0),
                new XAttribute("skipped", skipped ? 1 : 0),
                new XElement(
                    "testcase",
                    new XAttribute("classname", "semblance.gate"),
                    new XAttribute("name", Legal(Name(decision))),
                    passed && !skipped ? null : outcome,
                    new XElement(
                        "system-out",
                        string.Join('\n', ((string[])[decision.Sentence, .. decision.Warnings]).Select(Legal))
                    )
                )
            )
        );
        using var stream = new MemoryStream();
        var settings = new XmlWriterSettings()
        {
            Indent = true,
            NewLineChars = "\n",
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        using (var xml = XmlWriter.Create(stream, settings))
        {
            suites.Save(xml);
        }

        stream.Write("\n"u8);
        return stream.ToArray();
    }

    /// <summary>The claim, so that the name of the test does not change with its outcome.</summary>
    private static string Name(GateDecision decision)
    {
        var margin = Figures.Points(decision.Margin);
        return (decision.Claim, decision.Margin) switch
        {
            (GateClaim.Superiority, 0) => $"{decision.Candidate} is more consistent than {decision.Baseline}",
            (GateClaim.Superiority, _) =>
                $"{decision.Candidate} is more consistent than {decision.Baseline} by more than {margin}",
            (GateClaim.Variety, 0) => $"{decision.Candidate} is not more uniform than {decision.Baseline}",
            (GateClaim.Variety, _) =>
                $"{decision.Candidate} is not more uniform than {decision.Baseline} by {margin} or more",
            (GateClaim.Equivalence, _) => $"{decision.Candidate} and {decision.Baseline} differ by less than {margin}",
            (_, 0) => $"{decision.Candidate} is not less consistent than {decision.Baseline}",
            _ => $"{decision.Candidate} is not less consistent than {decision.Baseline} by {margin} or more",
        };
    }

    /// <summary>On one line, without what XML cannot hold or a viewer would obey: names come from strangers' files.</summary>
    private static string Legal(string text) =>
        string.Concat(
            Cells
                .OneLine(text)
                .EnumerateRunes()
                .Select(rune =>
                    rune.Value > 0xffff || XmlConvert.IsXmlChar((char)rune.Value) ? rune : Rune.ReplacementChar
                )
        );
}
