using System.Text;
using System.Xml;
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
        using var stream = new MemoryStream();
        var settings = new XmlWriterSettings()
        {
            Indent = true,
            NewLineChars = "\n",
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        using (var xml = XmlWriter.Create(stream, settings))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", "semblance gate");
            xml.WriteAttributeString("tests", "1");
            xml.WriteAttributeString("failures", passed ? "0" : "1");
            xml.WriteAttributeString("errors", "0");
            xml.WriteAttributeString("skipped", skipped ? "1" : "0");
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", "semblance.gate");
            xml.WriteAttributeString("name", Legal(Name(decision)));
            if (!passed || skipped)
            {
                xml.WriteStartElement(skipped ? "skipped" : "failure");
                if (!skipped)
                {
                    xml.WriteAttributeString("type", decision.Outcome == GateOutcome.Fail ? "fail" : "inconclusive");
                }

                xml.WriteAttributeString("message", Legal(decision.Sentence));
                xml.WriteEndElement();
            }

            xml.WriteElementString(
                "system-out",
                Legal(string.Join('\n', (string[])[decision.Sentence, .. decision.Warnings]))
            );
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteEndElement();
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
            (GateClaim.Equivalence, _) => $"{decision.Candidate} and {decision.Baseline} differ by less than {margin}",
            (_, 0) => $"{decision.Candidate} is not less consistent than {decision.Baseline}",
            _ => $"{decision.Candidate} is not less consistent than {decision.Baseline} by {margin} or more",
        };
    }

    /// <summary>Without what XML cannot hold: names come from strangers' files.</summary>
    private static string Legal(string text)
    {
        var legal = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            legal.Append(rune.Value > 0xffff || XmlConvert.IsXmlChar((char)rune.Value) ? rune : Rune.ReplacementChar);
        }

        return legal.ToString();
    }
}
