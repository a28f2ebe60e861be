using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

namespace Semblance.Cli.Tests.Commands;

/// <summary>The built program as a gate in CI: exit codes, JUnit XML, annotations, JSON.</summary>
[Trait("speed", "slow")]
public sealed class GateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0, "pass", 0.0, "1")] // No difference but noise of 0.1.
    [InlineData(1, "fail", -3.0, "1")]
    [InlineData(1, "inconclusive", -1.0, "1")]
    [InlineData(0, "inconclusive", -1.0, "1", "--inconclusive-ok")]
    [InlineData(0, "pass", 2.0, "0", "--superior")]
    [InlineData(0, "pass", 0.0, "1", "--equivalent")]
    [InlineData(0, "pass", 0.0, "1", "--test", "wilcoxon")]
    public async Task The_exit_code_and_every_report_say_the_same(
        int code,
        string outcome,
        double difference,
        string margin,
        params string[] more
    )
    {
        Table(difference);
        var run = await GateAsync([.. more, "--margin", margin, "--format", "json", "--junit", "gate.xml", "--github"]);
        Assert.True(run.Code == code, $"Code {run.Code}: {run.Error}");
        using JsonDocument json = JsonDocument.Parse(run.Output);
        var root = json.RootElement;
        Assert.Equal("semblance.gate/1", root.GetProperty("schema").GetString());
        Assert.Equal(outcome, root.GetProperty("outcome").GetString());
        Assert.Equal(code == 0, root.GetProperty("passed").GetBoolean());
        Assert.Equal(difference, root.GetProperty("difference").GetDouble(), 0.05);
        var sentence = root.GetProperty("sentence").GetString()!;
        Assert.StartsWith(outcome, sentence, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            outcome == "inconclusive",
            sentence.Contains("more prompts", StringComparison.Ordinal)
                || sentence.Contains("No number of prompts", StringComparison.Ordinal)
        );

        var suite = XDocument.Load(folder.At("gate.xml")).Root!.Element("testsuite")!;
        Assert.Equal(code == 0 ? "0" : "1", suite.Attribute("failures")!.Value);
        var test = Assert.Single(suite.Elements("testcase"));
        Assert.Equal(code == 1, test.Element("failure") is not null);
        Assert.Equal(code == 0 && outcome == "inconclusive", test.Element("skipped") is not null);
        Assert.StartsWith(sentence, test.Element("system-out")!.Value, StringComparison.Ordinal);

        var level =
            code == 1 ? "error"
            : outcome == "inconclusive" ? "warning"
            : "notice";
        var annotation = Assert.Single(run.Error.Split('\n'), line => line.StartsWith("::", StringComparison.Ordinal));
        Assert.StartsWith(
            $"::{level} title=semblance gate%3A new%2C better against old::",
            annotation,
            StringComparison.Ordinal
        );
        Assert.Contains(sentence.Replace("%", "%25", StringComparison.Ordinal), annotation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_XML_and_annotations_cannot_hold_are_made_harmless()
    {
        var table = new StringBuilder("model,prompt,scs\n");
        for (var i = 0; i < 9; i++)
        {
            table.Append(
                CultureInfo.InvariantCulture,
                $"old,prompt {i},{70 + i}\n\"a<b>&\u0001\n::error::x\",prompt {i},{70 + i}\n"
            );
        }

        folder.Write(table.ToString(), "t.csv");
        var run = await ProgramRun.OfAsync(
            folder.Path,
            [
                "gate",
                "t.csv",
                "--baseline",
                "old",
                "--candidate",
                "a<b>&\u0001\n::error::x",
                "--junit",
                "gate.xml",
                "--github",
            ]
        );
        Assert.True(run.Code == 0, run.Error);
        Assert.DoesNotContain('\u0001', run.Output);
        var name = XDocument.Load(folder.At("gate.xml")).Descendants("testcase").Single().Attribute("name")!.Value;
        Assert.StartsWith("a<b>&\ufffd", name, StringComparison.Ordinal);
        Assert.DoesNotContain("\n::error", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is not less consistent than old by 1 point or more", "--margin", "1")]
    [InlineData("is not less consistent than old", "--margin", "0")]
    [InlineData("is more consistent than old", "--superior")]
    [InlineData("is more consistent than old by more than 0.5 points", "--superior", "--margin", "0.5")]
    [InlineData("and old differ by less than 2 points", "--equivalent", "--margin", "2")]
    public async Task The_test_is_named_after_the_claim(string claim, params string[] options)
    {
        Table(0.7);
        await GateAsync([.. options, "--junit", "gate.xml"]);
        Assert.Equal(
            "new, better " + claim,
            XDocument.Load(folder.At("gate.xml")).Descendants("testcase").Single().Attribute("name")!.Value
        );
    }

    [Fact]
    public async Task A_person_sees_the_limits_against_the_margin()
    {
        Table(-3);
        var run = await GateAsync();
        Assert.Equal(1, run.Code);
        Assert.Matches(@"-\[=*o=*\]-+!-+0-", run.Output);
        Assert.Contains("Fail: the gate's one-sided test shows that new, better", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_is_code_4()
    {
        Table(0);
        var run = await GateAsync("--junit", "no/such/gate.xml");
        Assert.Equal(4, run.Code);
        Assert.Contains("no/such/gate.xml", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_csv_has_one_line()
    {
        Table(0);
        var run = await GateAsync("--format", "csv", "--quiet");
        Assert.Equal("", run.Error);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("outcome,passed,baseline,candidate,claim", lines[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "pass,true,old,\"new, better\",non_inferiority,student,1,0.05,30",
            lines[1],
            StringComparison.Ordinal
        );
    }

    /// <summary>30 prompts; the differences are the given one and a symmetric noise of 0.1.</summary>
    private void Table(double difference)
    {
        var table = new StringBuilder("model,prompt,scs\n");
        for (var i = 0; i < 30; i++)
        {
            var noise = 0.1 * ((i % 5) - 2);
            table.Append(
                CultureInfo.InvariantCulture,
                $"old,prompt {i},{70 + i / 2.0}\n\"new, better\",prompt {i},{70 + (i / 2.0) + difference + noise}\n"
            );
        }

        folder.Write(table.ToString(), "t.csv");
    }

    private Task<ProgramRun> GateAsync(params string[] arguments) =>
        ProgramRun.OfAsync(
            folder.Path,
            ["gate", "t.csv", "--baseline", "old", "--candidate", "new, better", .. arguments]
        );
}
